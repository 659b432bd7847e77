using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>docs/spec/process-contract.md 2: others write to the store. docs/spec/metrics.md 1: what programs at work
/// say.</summary>
public sealed class StoreContentTests : IAsyncLifetime
{
    private const string Key = "stolon/cluster/e2e/clusterdata";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private TestCluster _cluster = null!;

    private Keeper Keeper => _cluster.Keepers[0];

    public async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync(new ClusterShape
    {
        Specification = $$"""{ {{ClusterShape.SmallServers}}, {{ClusterShape.ShortTimes}} }""",
        Keepers = 1,
        Sentinels = 1,
        WithMetrics = true,
    });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task Cluster_data_and_leader_key_may_vanish_and_come_back()
    {
        var store = _cluster.Etcd.Json;
        var document = await store.GetAsync(Key);
        foreach (var content in new[] { null, "null" })
        {
            await (content is null ? store.DeleteAsync(Key) : store.PutAsync(Key, content));
            await Eventually.BeTrueAsync(
                async () => await _cluster.Proxy.AskAsync("select 1") is null,
                Patience,
                "the proxy forwards to nobody");
            Assert.Equal("1", await Keeper.AskAsync("select 1"));
            var (exitCode, output, errors) = await _cluster.Ctl.TryAsync("clusterdata", "read");
            Assert.Equal((1, "", "no cluster data available\n"), (exitCode, output, errors));
            Assert.Equal(content, await store.GetAsync(Key));

            await store.PutAsync(Key, document!);
            await Eventually.BeAsync(
                "1", () => _cluster.Proxy.AskAsync("select 1"), Patience, "the proxy forwards again");
        }

        var (leader, _, _) = Assert.Single(await store.ListAsync("stolon/cluster/e2e/sentinel-leader/"));
        await store.DeleteAsync(leader);
        await _cluster.SeeAsync(s => s.Settled(1), Patience, "the sentinel leads again");
        await _cluster.Ctl.PatchAsync("""{"pgParameters":{"work_mem":"7MB"}}""");
        await Eventually.BeAsync("7MB", () => Keeper.AskAsync("show work_mem"), Patience, "the sentinel still decides");
    }

    [Fact]
    public async Task Programs_at_work_say_so_in_their_metrics()
    {
        var now = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        var keeper = await _cluster.MetricsAsync(Keeper.Process);
        Assert.Contains("stolon_cluster_identifier{cluster_name=\"e2e\",component=\"keeper\"} 1", keeper);
        Assert.Contains("stolon_keeper_target_role{role=\"master\"} 1", keeper);
        Assert.Contains("stolon_keeper_local_role{role=\"master\"} 1", keeper);
        Assert.Contains("stolon_keeper_local_role{role=\"standby\"} 0", keeper);
        Assert.Contains("stolon_keeper_local_role{role=\"undefined\"} 0", keeper);
        Assert.Contains("stolon_keeper_sleep_interval 1", keeper);
        Assert.Contains("stolon_keeper_needs_reload 0", keeper);
        Assert.Contains("stolon_keeper_shutdown_seconds 0", keeper);
        Assert.InRange(Seconds(keeper, "stolon_keeper_last_sync_success_seconds"), now - 60, now + 60);
        Assert.InRange(Seconds(keeper, "stolon_keeper_clusterdata_last_valid_update_seconds"), now - 60, now + 60);

        var sentinel = await _cluster.MetricsAsync(_cluster.Sentinels[0]);
        Assert.Contains("stolon_sentinel_is_leader 1", sentinel);
        Assert.Contains("# TYPE stolon_sentinel_leader_count gauge", sentinel);
        Assert.InRange(Seconds(sentinel, "stolon_sentinel_leader_count"), 1, 9);
        Assert.InRange(Seconds(sentinel, "stolon_sentinel_last_cluster_check_success_seconds"), now - 60, now + 60);
        Assert.Contains(
            "stolon_cluster_identifier{cluster_name=\"e2e\",component=\"proxy\"} 1",
            await _cluster.MetricsAsync(_cluster.Proxy.Process));

        // etcd's port is taken for certain.
        using var other = _cluster.OneMoreKeeper("--metrics-listen-address", _cluster.Etcd.Address);
        other.Process.Start();
        await Eventually.BeTrueAsync(() => !other.Process.Running, Patience, "a keeper without metrics ends");
        Assert.Equal(0, other.Process.ExitCode);
        Assert.Contains($"cannot serve metrics on {_cluster.Etcd.Address}", other.Process.Log);
    }

    private static double Seconds(IEnumerable<string> page, string name) =>
        double.Parse(Assert.Single(page, l => l.StartsWith(name + " ", StringComparison.Ordinal)).Split(' ')[1]);
}
