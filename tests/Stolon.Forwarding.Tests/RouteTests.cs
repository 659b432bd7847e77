using System.Net;
using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests;

public abstract class RouteTests(EngineKind kind)
{
    [Fact]
    public async Task Without_a_destination_a_client_is_closed_at_once()
    {
        await using var forward = Forward.Nowhere(kind);
        using var figures = new Figures();
        using var client = await Client.ConnectAsync(forward.Address);
        Assert.True(await client.EndsAsync());
        Assert.Equal(1, figures.Read("stolon_proxy_connections_refused_total"));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_of_destination_closes_every_connection_within_the_call(bool toAnother)
    {
        using var previous = Destination.Echo();
        using var next = Destination.Echo();
        await using var forward = Forward.To(kind, previous.Address);
        var clients = await ConnectManyAsync(forward.Address, 50);

        forward.Engine.Route(toAnother ? next.Address : null);

        Assert.All(clients, c => Assert.True(c.IsClosedNow()));
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task After_a_change_new_clients_reach_the_new_destination()
    {
        using var previous = Destination.Serving(s => s.SendTextAsync("previous"));
        using var next = Destination.Serving(s => s.SendTextAsync("next"));
        await using var forward = Forward.To(kind, previous.Address);
        using var first = await Client.ConnectAsync(forward.Address);
        Assert.Equal("previous", await first.ReceiveTextAsync(100));

        forward.Engine.Route(next.Address);
        using var second = await Client.ConnectAsync(forward.Address);

        Assert.Equal("next", await second.ReceiveTextAsync(100));
    }

    [Fact]
    public async Task The_same_destination_again_leaves_connections_alone()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address);
        using var client = await Client.ConnectAsync(forward.Address);
        Assert.Equal("before", await client.EchoAsync("before"));

        forward.Engine.Route(new IPEndPoint(server.Address.Address, server.Address.Port));

        Assert.Equal("after", await client.EchoAsync("after"));
    }

    [Fact]
    public async Task No_byte_is_forwarded_after_the_lease_has_expired()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address);
        using var client = await Client.ConnectAsync(forward.Address);
        Assert.Equal("before", await client.EchoAsync("before"));

        forward.Engine.LeaseUntil(TimeProvider.System.GetTimestamp());
        await client.SendTextAsync("after");
        Assert.False(await client.EndsAsync());
        using var late = await Client.ConnectAsync(forward.Address);
        Assert.True(await late.EndsAsync());
    }

    [Fact]
    public async Task A_connecting_client_is_closed_within_the_call()
    {
        var (hole, fillers) = await Destination.BlackHole();
        using var server = hole;
        await using var forward = Forward.To(kind, hole.Address);
        using var figures = new Figures();
        using var client = await Client.ConnectAsync(forward.Address);
        await client.SendTextAsync("x");
        await figures.EventuallyAsync("stolon_proxy_connections_open", 1);
        Assert.False(client.IsClosedNow());

        forward.Engine.Route(null);

        Assert.True(client.IsClosedNow());
        fillers.ForEach(f => f.Dispose());
    }

    [Fact]
    public async Task A_destination_that_refuses_closes_only_that_client()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, new IPEndPoint(IPAddress.Loopback, FreePort.Next()));
        for (var i = 0; i < 5; i++)
        {
            using var refused = await Client.ConnectAsync(forward.Address);
            await refused.EndsAsync();
        }

        await Eventually.BeTrueAsync(
            () => forward.Log.Count(3506) == 1, Client.Patience, "logged once for five clients");
        forward.Engine.Route(server.Address);
        using var client = await Client.ConnectAsync(forward.Address);
        Assert.Equal("works", await client.EchoAsync("works"));
    }

    [Fact]
    public async Task A_destination_at_port_0_refuses()
    {
        await using var forward = Forward.To(kind, new IPEndPoint(IPAddress.Loopback, 0));
        using var client = await Client.ConnectAsync(forward.Address);
        await client.EndsAsync();
        await Eventually.BeTrueAsync(() => forward.Log.Count(3506) == 1, Client.Patience, "the failed dial is logged");
    }

    [Fact]
    public async Task A_dial_that_is_not_answered_times_out()
    {
        var (hole, fillers) = await Destination.BlackHole();
        using var server = hole;
        await using var forward = Forward.To(
            kind, hole.Address, Forward.Options with { DialTimeout = TimeSpan.FromMilliseconds(300) });
        using var client = await Client.ConnectAsync(forward.Address);

        await client.EndsAsync().WaitAsync(TimeSpan.FromSeconds(3));

        fillers.ForEach(f => f.Dispose());
    }

    private static async Task<List<Socket>> ConnectManyAsync(IPEndPoint address, int count)
    {
        var clients = new List<Socket>();
        for (var i = 0; i < count; i++)
        {
            var client = await Client.ConnectAsync(address);
            Assert.Equal("hello", await client.EchoAsync("hello"));
            clients.Add(client);
        }

        return clients;
    }

    public sealed class OnEpoll() : RouteTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : RouteTests(EngineKind.Portable);
}
