using System.Net;
using System.Net.Sockets;

namespace Stolon.Testing;

/// <summary>TCP ports nobody listens on, below the range the kernel hands to outgoing connections.</summary>
public static class FreePort
{
    private const int Lowest = 20_000;
    private const int Highest = 32_000;
    private static int _next = Lowest + (Environment.ProcessId * 37 % (Highest - Lowest));

    /// <summary>A port of 127.0.0.1 that is free now and that this process has not given away before.</summary>
    public static int Take()
    {
        for (var tries = Lowest; tries < Highest; tries++)
        {
            var port = Lowest + (Interlocked.Increment(ref _next) % (Highest - Lowest));
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
}
