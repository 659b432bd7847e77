using System.Net.Sockets;
using Stolon.Forwarding.Network;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests;

public abstract class PressureTests(EngineKind kind)
{
    [Fact]
    public async Task Five_hundred_concurrent_connections_are_served()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address);
        using var figures = new Figures();
        var clients = await Task.WhenAll(Enumerable.Range(0, 500).Select(_ => Client.ConnectAsync(forward.Address)));

        var answers = await Task.WhenAll(clients.Select((c, i) => c.EchoAsync($"client {i:000}")));

        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"client {i:000}"), answers);
        Assert.Equal(500, figures.Read("stolon_proxy_connections_open"));
        Assert.Equal(500, figures.Read("stolon_proxy_connections_accepted_total"));
        Assert.Equal(5000, figures.Read("stolon_proxy_bytes_from_clients_total"));
        Assert.Equal(5000, figures.Read("stolon_proxy_bytes_to_clients_total"));
        Assert.All(clients, c => c.Dispose());
        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
    }

    [Fact]
    public async Task Running_out_of_descriptors_delays_clients_and_is_logged_once()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address);
        using var before = await Client.ConnectAsync(forward.Address);
        Assert.Equal("warm", await before.EchoAsync("warm"));
        using var late = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        using (DescriptorLimit.None())
        {
            await late.ConnectAsync(forward.Address);
            await Eventually.BeTrueAsync(() => forward.Log.Count(3502) == 1, Client.Patience, "the shortage is logged");
            await Task.Delay(300);
            Assert.Equal("alive", await before.EchoAsync("alive"));
        }

        Assert.Equal("served", await late.EchoAsync("served"));
        Assert.Equal(1, forward.Log.Count(3502));
        using var next = await Client.ConnectAsync(forward.Address);
        Assert.Equal("and the next", await next.EchoAsync("and the next"));
    }

    [Fact]
    public async Task A_missing_descriptor_for_the_server_affects_only_its_client()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address);
        using var figures = new Figures();
        using var before = await Client.ConnectAsync(forward.Address);
        Assert.Equal("warm", await before.EchoAsync("warm"));
        var sockets = Descriptors.Sockets;
        for (var round = 0; round < 3; round++)
        {
            var clients = Enumerable.Range(0, 10)
                .Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)).ToList();
            using (DescriptorLimit.Few(1))
            {
                await Task.WhenAll(clients.Select(c => c.ConnectAsync(forward.Address)));
                Assert.Equal("alive", await before.EchoAsync("alive"));
            }

            // Served late or closed, but never left hanging.
            await Task.WhenAll(clients.Select(ServedOrClosedAsync));
            clients.ForEach(c => c.Dispose());
            await figures.EventuallyAsync("stolon_proxy_connections_open", 1);
            await Descriptors.EventuallyAsync(sockets);
        }

        using var next = await Client.ConnectAsync(forward.Address);
        Assert.Equal("and the next", await next.EchoAsync("and the next"));
    }

    [Fact]
    public async Task A_client_that_disconnects_before_the_join_affects_no_other()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address);
        for (var i = 0; i < 200; i++)
        {
            (await Client.ConnectAsync(forward.Address)).Close(0);
        }

        using var client = await Client.ConnectAsync(forward.Address);
        Assert.Equal("here", await client.EchoAsync("here"));
    }

    [Fact]
    public async Task An_idle_connection_holds_no_buffer()
    {
        const int Connections = 400;
        using var server = Destination.Silent(backlog: Connections);
        await using var forward = Forward.To(kind, server.Address);
        var warm = await JoinedPair.ThroughAsync(forward, server);
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var pairs = new List<JoinedPair>();
        for (var i = 0; i < Connections; i++)
        {
            pairs.Add(await JoinedPair.ThroughAsync(forward, server));
        }

        // Four sockets and the pair's tasks; one buffer alone would be 32 KiB.
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Connections;
        Assert.True(each < 10_000, $"{each} bytes a connection");
        pairs.Add(warm);
        pairs.ForEach(p => p.Dispose());
    }

    [Fact]
    public void Keepalive_settings_reach_the_socket()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        SocketSetup.Apply(socket, SocketOptions.From(new KeepAliveSettings
        {
            Idle = TimeSpan.FromSeconds(7),
            Interval = TimeSpan.Zero,
            Probes = 3,
        }, TimeSpan.Zero));

        Assert.True(socket.NoDelay);
        Assert.NotEqual(0, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        Assert.Equal(7, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!);
        Assert.Equal(15, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval)!);
        Assert.Equal(3, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount)!);
    }

    private static async Task ServedOrClosedAsync(Socket client)
    {
        try
        {
            Assert.Contains(await client.EchoAsync("x"), new[] { "x", "" });
        }
        catch (SocketException)
        {
            // Closed.
        }
    }

    public sealed class OnEpoll() : PressureTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : PressureTests(EngineKind.Portable);
}
