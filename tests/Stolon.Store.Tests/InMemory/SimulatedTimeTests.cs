using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;
using Stolon.Store.InMemory;

namespace Stolon.Store.Tests.InMemory;

/// <summary>The in-memory store and the election as the simulator runs them: one thread, virtual time.</summary>
public sealed class SimulatedTimeTests : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(20);
    private readonly SingleThread _world = new();
    private readonly InMemoryKeyValueStore _store;

    public SimulatedTimeTests() => _store = new InMemoryKeyValueStore(_world.Time);

    public void Dispose()
    {
        _store.Dispose();
        Assert.Equal(0, _world.Escapes);
    }

    [Fact]
    public void A_leadership_is_renewed_as_long_as_its_process_runs()
    {
        var campaign = Campaign("one", _store);

        _world.Run(Life * 10);

        Assert.True(Leadership(campaign).Held);
    }

    [Fact]
    public void A_leader_without_the_store_stops_leading_before_the_next_one_leads()
    {
        var cut = new DisconnectableLeaseServer(_store);
        var first = Campaign("one", cut);
        _world.Run(TimeSpan.FromSeconds(30));
        var second = Campaign("two", _store);
        _world.Run(TimeSpan.FromSeconds(30));
        Assert.False(second.IsCompleted);
        Assert.True(Leadership(first).Held);

        cut.Active = true;
        var overlap = false;
        for (var i = 0; i < 300; i++)
        {
            _world.Run(TimeSpan.FromMilliseconds(100));
            overlap |= second.IsCompletedSuccessfully && Leadership(first).Held;
        }

        Assert.True(second.IsCompletedSuccessfully);
        Assert.True(Leadership(second).Held);
        Assert.True(Leadership(first).Lost.IsCompleted);
        Assert.False(overlap);
    }

    [Fact]
    public void A_waiting_candidate_that_loses_its_lease_fails()
    {
        var cut = new DisconnectableLeaseServer(_store);
        var first = Campaign("one", _store);
        _world.Run(TimeSpan.FromSeconds(1));
        var second = Campaign("two", cut);
        _world.Run(TimeSpan.FromSeconds(1));

        cut.Active = true;
        _world.Run(Life + TimeSpan.FromSeconds(10));

        Assert.True(Leadership(first).Held);
        Assert.IsType<StoreUnavailableException>(second.Exception?.InnerException);
    }

    [Fact]
    public void A_resigning_leader_is_succeeded_without_waiting_for_its_lease()
    {
        var first = Campaign("one", _store);
        _world.Run(TimeSpan.FromSeconds(1));
        var second = Campaign("two", _store);
        _world.Run(TimeSpan.FromSeconds(1));

        var resigned = _world.Start(() => Leadership(first).DisposeAsync().AsTask());
        _world.Run(TimeSpan.FromMilliseconds(1));

        Assert.True(resigned.IsCompletedSuccessfully);
        Assert.True(second.IsCompletedSuccessfully);
    }

    [Fact]
    public void A_watch_signals_expiry_at_its_time()
    {
        using var stop = new CancellationTokenSource();
        var signals = 0;
        var watch = _world.Start(() => _store.WatchAsync("a", () => signals++, stop.Token));
        _ = _world.Start(() => _store.PutAsync("a/b", Encoding.UTF8.GetBytes("1"), Life, stop.Token));
        _world.Run(Life - TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, signals);

        _world.Run(TimeSpan.FromMilliseconds(1));

        Assert.Equal(3, signals);
        stop.Cancel();
        _world.Run(TimeSpan.Zero);
        Assert.True(watch.IsCanceled);
    }

    private Task<ILeadership> Campaign(string candidate, ILeaseServer server) => _world.Start(
        () => new LeaseElection(server, "office", Life, _world.Time, NullLogger.Instance)
            .CampaignAsync(candidate, CancellationToken.None));

    /// <summary>The leadership of a completed campaign.</summary>
    private static ILeadership Leadership(Task<ILeadership> campaign)
    {
        Assert.True(campaign.IsCompletedSuccessfully);
        return campaign.GetAwaiter().GetResult();
    }
}
