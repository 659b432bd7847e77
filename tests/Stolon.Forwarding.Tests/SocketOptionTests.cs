using System.Net;
using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>The options on both sockets of a pair, read from the system: the forwarder runs in this process.</summary>
public abstract class SocketOptionTests(EngineKind kind)
{
    private const int Tcp = 6;
    private const int UserTimeout = 18;

    [Fact]
    public async Task Both_sockets_have_the_configured_options()
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address, Forward.Options with
        {
            KeepAlive = new KeepAliveSettings
            {
                Idle = TimeSpan.FromSeconds(7),
                Interval = TimeSpan.FromSeconds(5),
                Probes = 3,
            },
            UserTimeout = TimeSpan.FromSeconds(33),
        });
        using var joined = await JoinedPair.ThroughAsync(forward, server);

        using var toClient = Find(joined.Client.RemoteEndPoint!, joined.Client.LocalEndPoint!);
        Assert.Equal((7, 5, 3, 33_000), Settings(toClient));
        using var toServer = Find(joined.Server.RemoteEndPoint!, joined.Server.LocalEndPoint!);
        Assert.Equal((15, 15, SystemProbes, 33_000), Settings(toServer));
    }

    [Fact]
    public async Task Without_options_both_sockets_have_the_defaults()
    {
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        using var joined = await JoinedPair.ThroughAsync(forward, server);
        foreach (var end in new[] { joined.Client, joined.Server })
        {
            using var ours = Find(end.RemoteEndPoint!, end.LocalEndPoint!);
            Assert.Equal((15, 15, SystemProbes, 0), Settings(ours));
        }
    }

    private static int SystemProbes =>
        int.Parse(File.ReadAllText("/proc/sys/net/ipv4/tcp_keepalive_probes").Trim());

    private static (int Idle, int Interval, int Probes, int UserTimeoutMilliseconds) Settings(Socket socket)
    {
        Assert.True(socket.NoDelay);
        Assert.NotEqual(0, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        var timeout = new byte[sizeof(int)];
        socket.GetRawSocketOption(Tcp, UserTimeout, timeout);
        return (
            Get(socket, SocketOptionName.TcpKeepAliveTime),
            Get(socket, SocketOptionName.TcpKeepAliveInterval),
            Get(socket, SocketOptionName.TcpKeepAliveRetryCount),
            BitConverter.ToInt32(timeout));
    }

    private static int Get(Socket socket, SocketOptionName name) =>
        (int)socket.GetSocketOption(SocketOptionLevel.Tcp, name)!;

    /// <summary>A second socket object for the connection of this process with these addresses.</summary>
    private static Socket Find(EndPoint local, EndPoint remote)
    {
        foreach (var descriptor in Descriptors.OfSockets)
        {
            var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
            if (Equals(socket.LocalEndPoint, local) && Equals(RemoteOf(socket), remote))
            {
                return socket;
            }

            socket.Dispose();
        }

        throw new InvalidOperationException($"no socket from {local} to {remote}");
    }

    private static EndPoint? RemoteOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    public sealed class OnEpoll() : SocketOptionTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : SocketOptionTests(EngineKind.Portable);
}
