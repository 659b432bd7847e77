using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests;

/// <summary>Clients that come during a failover may wait for its end instead of being refused.</summary>
public abstract class TimeoutTests(EngineKind kind)
{
    private static readonly ForwarderOptions Patient = Forward.Options with { MaxWait = TimeSpan.FromSeconds(60) };

    [Fact]
    public async Task A_waiting_client_is_served_by_the_new_primary()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.Nowhere(kind, Patient);
        using var figures = new Figures();
        using var client = await Client.ConnectAsync(forward.Address);
        await client.SendTextAsync("early");
        await figures.EventuallyAsync("stolon_proxy_connections_open", 1);
        Assert.False(client.IsClosedNow());

        forward.Engine.Route(server.Address);

        Assert.Equal("early", await client.ReceiveTextAsync(5));
        Assert.Equal(0, figures.Read("stolon_proxy_connections_refused_total"));
    }

    [Fact]
    public async Task Many_waiting_clients_do_not_flood_a_server_that_refuses()
    {
        const int Clients = 100;
        await using var forward = Forward.To(
            kind, new IPEndPoint(IPAddress.Loopback, FreePort.Next()), Patient with { Threads = 1 });
        using var figures = new Figures();
        var clients = await Task.WhenAll(
            Enumerable.Range(0, Clients).Select(_ => Client.ConnectAsync(forward.Address)));
        await figures.EventuallyAsync("stolon_proxy_connections_open", Clients);
        var before = figures.Read("stolon_proxy_dials_total");
        var clock = Stopwatch.StartNew();

        await Eventually.BeTrueAsync(
            () => figures.Read("stolon_proxy_dials_total") >= before + 5, Client.Patience, "it is dialled again");

        var dials = figures.Read("stolon_proxy_dials_total") - before;
        Assert.True(dials <= 10 + (clock.Elapsed.TotalSeconds * 10), $"dialled {dials} times in {clock.Elapsed}");
        Assert.All(clients, c => c.Dispose());
    }

    [Fact]
    public async Task Npgsql_waits_through_a_failover()
    {
        await using var forward = Forward.Nowhere(kind, Patient);
        using var figures = new Figures();
        var connecting = RealPostgres.ConnectAsync(forward.Address);
        await figures.EventuallyAsync("stolon_proxy_connections_open", 1);

        forward.Engine.Route((await RealPostgres.LoopContext).Address);

        await using var connection = await connecting;
        await using var ask = new NpgsqlCommand("select 1", connection);
        Assert.Equal(1, await ask.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_client_is_closed_when_its_time_to_wait_is_over()
    {
        var patience = TimeSpan.FromMilliseconds(300);
        await using var forward = Forward.Nowhere(kind, Forward.Options with { MaxWait = patience });
        using var figures = new Figures();
        var clock = Stopwatch.StartNew();
        using var client = await Client.ConnectAsync(forward.Address);

        Assert.True(await client.EndsAsync());

        Assert.InRange(clock.Elapsed, patience * 0.9, Client.Patience);
        Assert.Equal(1, figures.Read("stolon_proxy_connections_refused_total"));
        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
    }

    [Fact]
    public async Task Waiting_clients_that_disconnect_leave_nothing_behind()
    {
        const int Clients = 100;
        using var server = Destination.Echo();
        // The portable engine does not notice that a client with unread data has disconnected.
        await using var forward = Forward.Nowhere(
            kind, kind == EngineKind.Portable ? Patient with { MaxWait = TimeSpan.FromSeconds(2) } : Patient);
        using var figures = new Figures();
        var before = Descriptors.Sockets;
        var random = new Random(5);
        var clients = new List<Socket>();
        for (var i = 0; i < Clients; i++)
        {
            clients.Add(await Client.ConnectAsync(forward.Address));
            await clients[i].SendAsync(StartupPackets.Startup().AsMemory(0, random.Next(0, 30)));
        }

        await figures.EventuallyAsync("stolon_proxy_connections_open", Clients);
        for (var i = 0; i < Clients; i++)
        {
            clients[i].Close(i % 2 == 0 ? 0 : -1);
        }

        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
        await Descriptors.EventuallyAsync(before);
        forward.Engine.Route(server.Address);
        using var next = await Client.ConnectAsync(forward.Address);
        Assert.Equal("served", await next.EchoAsync("served"));
        Assert.Equal(1, server.Served);
    }

    [Fact]
    public async Task A_primary_that_refuses_during_its_promotion_is_dialled_again()
    {
        var port = FreePort.Next();
        await using var forward = Forward.To(kind, new IPEndPoint(IPAddress.Loopback, port), Patient);
        using var client = await Client.ConnectAsync(forward.Address);
        await client.SendTextAsync("early");
        await Eventually.BeTrueAsync(() => forward.Log.Count(3506) == 1, Client.Patience, "a dial has been refused");

        using var server = Destination.Echo(port);

        Assert.Equal("early", await client.ReceiveTextAsync(5));
    }

    [Fact]
    public async Task A_connecting_client_goes_to_the_new_primary()
    {
        var (hole, fillers) = await Destination.BlackHole();
        using var previous = hole;
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, previous.Address, Patient);
        using var figures = new Figures();
        using var client = await Client.ConnectAsync(forward.Address);
        await client.SendTextAsync("early");
        await figures.EventuallyAsync("stolon_proxy_dials_total", 1);

        forward.Engine.Route(server.Address);

        Assert.Equal("early", await client.ReceiveTextAsync(5));
        fillers.ForEach(f => f.Dispose());
    }

    [Fact]
    public async Task A_joined_client_is_closed_and_not_joined_again()
    {
        using var previous = Destination.Echo();
        using var next = Destination.Echo();
        await using var forward = Forward.To(kind, previous.Address, Patient);
        using var client = await Client.ConnectAsync(forward.Address);
        Assert.Equal("before", await client.EchoAsync("before"));

        forward.Engine.Route(next.Address);

        Assert.True(client.IsClosedNow());
        Assert.Equal(0, next.Served);
    }

    public sealed class OnEpoll() : TimeoutTests(EngineKind.Epoll);

    [Trait("run", "all")]
    public sealed class OnPortableSockets() : TimeoutTests(EngineKind.Portable);
}
