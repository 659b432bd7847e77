using System.Net;
using System.Net.Sockets;

namespace Stolon.Testing;

/// <summary>TCP ports without a listener, below the kernel's range for outgoing connections: a server that is stopped
/// and started again must find its port free.</summary>
public static class FreePort
{
    private const int Lowest = 20_000;
    private const int Highest = 32_000;
    private static int _next = Environment.ProcessId * 37 % (Highest - Lowest);

    /// <summary>A port that is free now and that this process has not returned before.</summary>
    public static int Next()
    {
        for (var tries = Lowest; tries < Highest; tries++)
        {
            var port = Lowest + (Interlocked.Increment(ref _next) % (Highest - Lowest));
            if (File.Exists($"/tmp/.s.PGSQL.{port}.lock"))
            {
                // Left by a killed PostgreSQL, perhaps of another user: another PostgreSQL could not start on this
                // port.
                continue;
            }

            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                socket.Bind(new IPEndPoint(IPAddress.Any, port));
                return port;
            }
            catch (SocketException)
            {
                // In use: try the next one.
            }
        }

        throw new InvalidOperationException($"no free port from {Lowest} to {Highest}");
    }

    /// <summary>Several different free ports.</summary>
    public static IReadOnlyList<int> Several(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];
}
