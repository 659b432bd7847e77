using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests;

public abstract class DrainTests(EngineKind kind)
{
    [Fact]
    public async Task The_port_stays_closed_and_clients_end_by_themselves()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address);
        var address = forward.Address;
        using var first = await Client.ConnectAsync(address);
        using var second = await Client.ConnectAsync(address);
        Assert.Equal("before", await first.EchoAsync("before"));
        Assert.Equal("before", await second.EchoAsync("before"));

        var draining = forward.Engine.DrainAsync(CancellationToken.None);
        forward.Engine.Listen();

        Assert.False(forward.Engine.Listening);
        await Assert.ThrowsAnyAsync<SocketException>(() => Client.ConnectAsync(address));
        Assert.Equal("during", await first.EchoAsync("during"));
        first.Dispose();
        Assert.Equal("alone", await second.EchoAsync("alone"));
        Assert.False(draining.IsCompleted);
        second.Dispose();
        await Eventually.CompleteAsync(draining, Client.Patience, "the last client has gone");
    }

    [Fact]
    public async Task Without_clients_draining_ends_soon()
    {
        await using var forward = Forward.Nowhere(kind);
        await Eventually.CompleteAsync(
            forward.Engine.DrainAsync(CancellationToken.None), Client.Patience, "no client is left");
    }

    [Fact]
    public async Task A_cancelled_drain_keeps_the_clients()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address);
        using var client = await Client.ConnectAsync(forward.Address);
        Assert.Equal("before", await client.EchoAsync("before"));
        using var stop = new CancellationTokenSource();

        var draining = forward.Engine.DrainAsync(stop.Token);
        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => draining.WaitAsync(Client.Patience));
        Assert.Equal("after", await client.EchoAsync("after"));
    }

    [Fact]
    public async Task A_change_of_destination_during_a_drain_closes_connections()
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address);
        using var client = await Client.ConnectAsync(forward.Address);
        Assert.Equal("before", await client.EchoAsync("before"));

        var draining = forward.Engine.DrainAsync(CancellationToken.None);
        forward.Engine.Route(null);

        Assert.True(client.IsClosedNow());
        await Eventually.CompleteAsync(draining, Client.Patience, "no client is left");
    }

    public sealed class OnEpoll() : DrainTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : DrainTests(EngineKind.Portable);
}
