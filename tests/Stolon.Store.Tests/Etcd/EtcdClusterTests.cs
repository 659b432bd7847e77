using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Contract;
using Stolon.Store.Election;
using Stolon.Testing;
using Stolon.Testing.Etcd;

namespace Stolon.Store.Tests.Etcd;

/// <summary>Three members, of which one is broken.</summary>
public sealed class EtcdClusterTests : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private EtcdCluster? _cluster;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private EtcdCluster Cluster => _cluster!;

    public async ValueTask InitializeAsync() => _cluster = await EtcdCluster.StartAsync();

    public ValueTask DisposeAsync() => _cluster!.DisposeAsync();

    [Fact]
    public async Task Clients_continue_when_the_leading_member_dies()
    {
        var leader = await Cluster.LeaderAsync();
        using var store = SharedEtcd.Store(
            [leader.Endpoint, .. Cluster.Endpoints.Where(e => e != leader.Endpoint)], TimeSpan.FromSeconds(5));
        await using var leadership = await new LeaseElection(
            store.LeaseServer, "office", TimeSpan.FromSeconds(20), TimeProvider.System, NullLogger.Instance)
            .CampaignAsync("one", Token);
        var stored = Assert.IsType<SwapResult.Stored>(
            await store.SwapAsync("data", Bytes("1"), null, leadership.Fence, Token));

        leader.Kill();

        await Eventually.BeTrueAsync(
            async () => await WrittenAsync(
                () => store.SwapAsync("data", Bytes("2"), stored.Revision, leadership.Fence, Token)),
            Soon,
            "the other two take the write");
        Assert.True(leadership.Held);
        await using var watch = await RunningWatch.StartAsync(store, "data");
        await store.PutAsync("data", Bytes("3"), null, Token);
        await watch.ReportsAsync(1, "the watch signals a change");
    }

    [Fact]
    public async Task A_frozen_first_member_costs_one_read_half_its_timeout_and_later_reads_nothing()
    {
        var leader = await Cluster.LeaderAsync();
        var frozen = Cluster.Members.First(m => m != leader);
        using var store = SharedEtcd.Store([frozen.Endpoint, leader.Endpoint], TimeSpan.FromSeconds(4));
        await store.PutAsync("data", Bytes("1"), null, Token);

        frozen.Freeze();

        Assert.NotNull(await store.GetAsync("data", Token));
        // The write goes to the other member at once: sent to the frozen one, its outcome would be unknown.
        await store.PutAsync("data", Bytes("2"), null, Token);
        Assert.Equal("2", await leader.Json.GetAsync("data"));
    }

    [Fact]
    public async Task A_member_without_a_quorum_is_reported()
    {
        var alone = Cluster.Members[0];
        using var store = SharedEtcd.Store([alone.Endpoint], TimeSpan.FromSeconds(2));
        await store.PutAsync("data", Bytes("1"), null, Token);
        await using var watch = await RunningWatch.StartAsync(store, "data");

        Cluster.Members[1].Kill();
        Cluster.Members[2].Kill();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => watch.Ended.WaitAsync(Soon, Token));
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.PutAsync("data", Bytes("2"), null, Token));
        Assert.Contains(
            $"etcd {alone.Endpoint}: etcdserver: no leader; nothing was written",
            failure.Message,
            StringComparison.Ordinal);
    }

    private static async Task<bool> WrittenAsync(Func<Task<SwapResult>> swap)
    {
        try
        {
            return await swap() is SwapResult.Stored;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
