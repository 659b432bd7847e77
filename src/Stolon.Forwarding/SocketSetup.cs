using System.Net.Sockets;

namespace Stolon.Forwarding;

/// <summary>The options every forwarded connection carries.</summary>
internal static class SocketSetup
{
    /// <summary>No delay for small packets (PostgreSQL's protocol is questions and answers), and keepalive.</summary>
    /// <exception cref="SocketException">The peer is gone already.</exception>
    public static void Apply(Socket socket, KeepAliveSettings keepAlive)
    {
        socket.NoDelay = true;
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        Set(socket, SocketOptionName.TcpKeepAliveTime, Seconds(keepAlive.Idle));
        Set(socket, SocketOptionName.TcpKeepAliveInterval, Seconds(keepAlive.Interval));
        if (keepAlive.Probes > 0)
        {
            Set(socket, SocketOptionName.TcpKeepAliveRetryCount, keepAlive.Probes);
        }
    }

    private static int Seconds(TimeSpan setting) =>
        (int)(setting > TimeSpan.Zero ? setting : KeepAliveSettings.RuntimeDefault).TotalSeconds;

    private static void Set(Socket socket, SocketOptionName name, int value) =>
        socket.SetSocketOption(SocketOptionLevel.Tcp, name, value);
}
