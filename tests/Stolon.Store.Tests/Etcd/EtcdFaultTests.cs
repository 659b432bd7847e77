using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Contract;
using Stolon.Store.Election;
using Stolon.Store.Etcd;
using Stolon.Testing;
using Stolon.Testing.Etcd;

namespace Stolon.Store.Tests.Etcd;

/// <summary>One etcd for each test, which breaks it.</summary>
public sealed class EtcdFaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);
    private EtcdServer? _server;
    private EtcdKeyValueStore? _store;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private EtcdServer Server => _server!;

    private EtcdKeyValueStore Store => _store!;

    public async ValueTask InitializeAsync()
    {
        _server = await EtcdServer.StartAsync();
        _store = SharedEtcd.Store([_server.Endpoint], TimeSpan.FromSeconds(1));
    }

    public async ValueTask DisposeAsync()
    {
        _store!.Dispose();
        await _server!.DisposeAsync();
    }

    [Fact]
    public async Task A_watch_breaks_when_etcd_restarts_and_can_be_started_again()
    {
        await using (var watch = await RunningWatch.StartAsync(Store, "a"))
        {
            Server.Kill();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => watch.Ended.WaitAsync(Soon, Token));
        }

        await Server.StartAgainAsync();

        await using var again = await RunningWatch.StartAsync(Store, "a");
        await Store.PutAsync("a/b", Bytes("1"), null, Token);

        await again.ReportsAsync(1, "the new watch signals a change");
    }

    [Fact]
    public async Task A_stopped_etcd_is_reported_and_nothing_was_written()
    {
        await Server.StopAsync();

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => Store.PutAsync("a", Bytes("1"), null, Token));

        Assert.Contains($"etcd {Server.Endpoint}: Connection refused", failure.Message, StringComparison.Ordinal);
        Assert.Contains("nothing was written", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_frozen_etcd_costs_one_timeout_and_the_outcome_of_a_write_is_unknown()
    {
        await Store.PutAsync("a", Bytes("1"), null, Token);
        Server.Freeze();
        var clock = Stopwatch.StartNew();

        var read = await Assert.ThrowsAsync<StoreUnavailableException>(() => Store.GetAsync("a", Token));
        var write = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => Store.PutAsync("a", Bytes("2"), null, Token));

        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(1.9), TimeSpan.FromSeconds(4));
        Assert.Contains("no response within 1 s", read.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("unknown", read.Message, StringComparison.Ordinal);
        Assert.Contains("whether the write happened is unknown", write.Message, StringComparison.Ordinal);
        Server.Thaw();
        await Eventually.BeTrueAsync(
            async () => await ReadsAsync(), Soon, "the thawed etcd is used again");
    }

    [Fact]
    public async Task A_watch_of_a_frozen_etcd_breaks_although_its_connection_stays_open()
    {
        await using var watch = await RunningWatch.StartAsync(Store, "a");

        Server.Freeze();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => watch.Ended.WaitAsync(Soon, Token));
    }

    [Fact]
    public async Task A_leader_whose_etcd_is_frozen_stops_leading_when_its_lease_may_have_expired()
    {
        var life = TimeSpan.FromSeconds(2);
        var leadership = await new LeaseElection(
            Store.LeaseServer, "office", life, TimeProvider.System, NullLogger.Instance).CampaignAsync("one", Token);
        var clock = Stopwatch.StartNew();

        Server.Freeze();
        await Eventually.CompleteAsync(leadership.Lost, Soon, "Lost completes");

        Assert.False(leadership.Held);
        // The last renewal was at most a third of the time to live before the freeze.
        Assert.InRange(clock.Elapsed, life * 0.6, life + TimeSpan.FromSeconds(1));
        Server.Thaw();
        await leadership.DisposeAsync();
    }

    [Fact]
    public async Task A_leadership_survives_a_restart_of_etcd_shorter_than_its_lease()
    {
        await using var leadership = await new LeaseElection(
            Store.LeaseServer, "office", TimeSpan.FromSeconds(20), TimeProvider.System, NullLogger.Instance)
            .CampaignAsync("one", Token);

        Server.Kill();
        await Server.StartAgainAsync();

        await Eventually.BeTrueAsync(async () => await ReadsAsync(), Soon, "etcd serves again");
        Assert.True(leadership.Held);
        Assert.IsType<SwapResult.Stored>(await Store.SwapAsync("a", Bytes("1"), null, leadership.Fence, Token));
    }

    [Fact]
    public async Task Writes_with_a_time_to_live_use_one_lease_and_a_new_one_after_its_end()
    {
        var life = TimeSpan.FromSeconds(20);
        for (var i = 0; i < 5; i++)
        {
            await Store.PutAsync("info/one", Bytes($"{i}"), life, Token);
        }

        var (_, _, lease) = Assert.Single(await Server.Json.ListAsync("info"));
        Assert.Equal(1, await Server.Json.LeaseCountAsync());

        await Server.Json.RevokeAsync(lease);
        Assert.Null(await Store.GetAsync("info/one", Token));
        await Store.PutAsync("info/one", Bytes("again"), life, Token);

        var (_, value, newLease) = Assert.Single(await Server.Json.ListAsync("info"));
        Assert.Equal("again", value);
        Assert.NotEqual(0, newLease);
        Assert.NotEqual(lease, newLease);
    }

    private async Task<bool> ReadsAsync()
    {
        try
        {
            await Store.GetAsync("a", Token);
            return true;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
