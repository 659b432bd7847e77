using System.Net;
using System.Net.Sockets;

namespace Stolon.Testing;

/// <summary>TCP ports that nobody listens on, below the range the kernel hands to outgoing connections: a server that
/// is stopped and started again must find its port free.</summary>
public static class FreePort
{
    private const int Lowest = 20_000;
    private const int Highest = 32_000;
    private static int _next = Environment.ProcessId * 37 % (Highest - Lowest);

    /// <summary>A port that is free now and that this process has not given away before.</summary>
    public static int Next()
    {
        for (var tries = Lowest; tries < Highest; tries++)
        {
            var port = Lowest + (Interlocked.Increment(ref _next) % (Highest - Lowest));
            if (File.Exists($"/tmp/.s.PGSQL.{port}.lock"))
            {
                // Of a PostgreSQL that was killed, perhaps another user's: the next one there could not start.
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
                // Taken: the next one.
            }
        }

        throw new InvalidOperationException($"no free port from {Lowest} to {Highest}");
    }

    /// <summary>Several different free ports.</summary>
    public static IReadOnlyList<int> Several(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];
}
