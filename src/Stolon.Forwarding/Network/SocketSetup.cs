using System.Buffers.Binary;
using System.Net.Sockets;

namespace Stolon.Forwarding.Network;

/// <summary>Sets the options every forwarded connection carries, on a socket of the base library.</summary>
internal static class SocketSetup
{
    private const int LinuxTcp = 6;
    private const int LinuxUserTimeout = 18;

    /// <summary>No delay for small packets (PostgreSQL's protocol is questions and answers), keepalive, and the limit
    /// of unacknowledged data. On Linux, what a listening socket carries its clients carry.</summary>
    /// <exception cref="SocketException">The peer is gone already.</exception>
    public static void Apply(Socket socket, SocketOptions options)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        Set(socket, SocketOptionName.TcpKeepAliveTime, options.KeepAliveIdleSeconds);
        Set(socket, SocketOptionName.TcpKeepAliveInterval, options.KeepAliveIntervalSeconds);
        if (options.KeepAliveProbes > 0)
        {
            Set(socket, SocketOptionName.TcpKeepAliveRetryCount, options.KeepAliveProbes);
        }

        if (options.UserTimeoutMilliseconds > 0 && OperatingSystem.IsLinux())
        {
            Span<byte> value = stackalloc byte[sizeof(int)];
            BinaryPrimitives.WriteInt32LittleEndian(value, options.UserTimeoutMilliseconds);
            socket.SetRawSocketOption(LinuxTcp, LinuxUserTimeout, value);
        }
    }

    private static void Set(Socket socket, SocketOptionName name, int value) =>
        socket.SetSocketOption(SocketOptionLevel.Tcp, name, value);
}
