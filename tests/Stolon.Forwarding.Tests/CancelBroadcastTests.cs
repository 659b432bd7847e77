using Stolon.Agents.Ports.Proxy;
using Stolon.Forwarding.Cancellation;
using Stolon.Forwarding.Routing;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;
using Server = Stolon.Forwarding.Tests.Rig.Destination;

namespace Stolon.Forwarding.Tests;

/// <summary>Copies of cancel requests are limited in number and time, and are sent only to current routes.</summary>
public sealed class CancelBroadcastTests : IDisposable
{
    private static readonly DestinationState Own = StateOf(new System.Net.IPEndPoint(0, 1));

    private readonly RouteLease _lease = new(TimeProvider.System);
    private readonly CancelBroadcast _copies;

    public CancelBroadcastTests() => _copies = new CancelBroadcast(
        Forward.Options with { DialTimeout = TimeSpan.FromMilliseconds(300) }, TimeProvider.System, _lease);

    public void Dispose() => _copies.Dispose();

    [Fact]
    public async Task No_copy_is_sent_after_the_lease_has_expired()
    {
        using var server = Server.Silent();
        _copies.Route(To(server));
        _lease.ExpireAt(TimeProvider.System.GetTimestamp());

        _copies.SendToOthers(StartupPackets.Cancel, Own);

        using var accepted = await server.AcceptAsync();
        Assert.Empty(await accepted.ReceiveAllAsync());
        await CountsAsync(sent: 0, failed: 1, dropped: 0);
    }

    [Fact]
    public async Task A_copy_in_progress_is_aborted_when_its_route_is_removed()
    {
        using var server = Server.Silent();
        using var other = Server.Silent();
        var both = To(server, other);
        _copies.Route(both);
        _copies.SendToOthers(StartupPackets.Cancel, Own);
        using var left = await server.AcceptAsync();
        using var kept = await other.AcceptAsync();
        Assert.Equal(StartupPackets.Cancel.Length, (await left.ReceiveTextAsync(16)).Length);
        Assert.Equal(StartupPackets.Cancel.Length, (await kept.ReceiveTextAsync(16)).Length);

        _copies.Route(new RouteTable([both.Entries[1]]));

        Assert.False(await left.EndsAsync(TimeSpan.FromSeconds(2)));
        Assert.False(kept.IsClosedNow());
        kept.Dispose();
        await CountsAsync(sent: 2, failed: 0, dropped: 0);
    }

    [Fact]
    public async Task Copies_are_sent_to_current_routes_only()
    {
        using var server = Server.Silent();
        using var other = Server.Silent();
        _copies.Route(To(server));
        _copies.Route(To(other));

        _copies.SendToOthers(StartupPackets.Cancel, Own);

        using var accepted = await other.AcceptAsync();
        Assert.Equal(StartupPackets.Cancel.Length, (await accepted.ReceiveTextAsync(16)).Length);
        accepted.Dispose();
        await CountsAsync(sent: 1, failed: 0, dropped: 0);
    }

    [Fact]
    public async Task A_server_that_never_closes_blocks_only_its_own_copies()
    {
        var before = Descriptors.Sockets;
        using (var server = Server.Silent())
        using (var other = Server.Serving(s => s.ReceiveTextAsync(16)))
        {
            _copies.Route(To(server, other));
            for (var i = 0; i < CancelBroadcast.MaxConcurrent + 5; i++)
            {
                _copies.SendToOthers(StartupPackets.Cancel, Own);
                var served = i + 1;
                await Eventually.BeTrueAsync(
                    () => _copies.Count(CancelOutcome.Sent) >= served + Math.Min(served, CancelBroadcast.MaxConcurrent),
                    Client.Patience,
                    "the other is given each");
            }

            await CountsAsync(sent: (2 * CancelBroadcast.MaxConcurrent) + 5, failed: 0, dropped: 5);
            Assert.Equal(CancelBroadcast.MaxConcurrent + 5, other.Served);
            _copies.Dispose();
        }

        await Descriptors.EventuallyAsync(before);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_copy_to_a_host_that_does_not_answer_is_abandoned(bool routedElsewhere)
    {
        var (server, fillers) = await Server.BlackHole();
        var before = Descriptors.Sockets;
        _copies.Route(To(server));
        _copies.SendToOthers(StartupPackets.Cancel, Own);
        if (routedElsewhere)
        {
            _copies.Route(RouteTable.Empty);
            Assert.True(Descriptors.Sockets <= before, "at once");
        }

        await CountsAsync(sent: 0, failed: 1, dropped: 0);
        await Descriptors.EventuallyAsync(before);
        fillers.ForEach(f => f.Dispose());
        server.Dispose();
    }

    private async Task CountsAsync(int sent, int failed, int dropped) => await Eventually.BeAsync(
        (sent, failed, dropped),
        () => Task.FromResult((
            (int)_copies.Count(CancelOutcome.Sent),
            (int)_copies.Count(CancelOutcome.Failed),
            (int)_copies.Count(CancelOutcome.Dropped))),
        Client.Patience,
        "sent, failed, dropped");

    private static RouteTable To(params Server[] servers) => new([.. servers.Select(s => (
        new Agents.Ports.Proxy.Destination { Address = s.Address, Role = DestinationRole.Standby, Rank = 0 },
        StateOf(s.Address)))]);

    private static DestinationState StateOf(System.Net.IPEndPoint address) => new(address, 1, TimeProvider.System);
}
