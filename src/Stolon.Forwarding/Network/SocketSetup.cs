using System.Buffers.Binary;
using System.Net.Sockets;

namespace Stolon.Forwarding.Network;

/// <summary>Sets the options of forwarded connections on a socket of the base library.</summary>
internal static class SocketSetup
{
    private const int LinuxTcp = 6;
    private const int LinuxUserTimeout = 18;

    /// <summary>Sets TCP_NODELAY (PostgreSQL's protocol is request and response), keepalive and the user timeout. On
    /// Linux, accepted clients inherit the options of the listening socket.</summary>
    /// <exception cref="SocketException">The peer has already disconnected.</exception>
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
