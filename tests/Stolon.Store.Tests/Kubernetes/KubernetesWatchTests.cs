using Stolon.Agents.Ports.Store;
using Stolon.Store.Contract;
using Stolon.Store.Tests.Etcd;
using Stolon.Testing;
using Stolon.Testing.Kubernetes;

namespace Stolon.Store.Tests.Kubernetes;

/// <summary>Watches that end, fall behind, are refused, or receive irrelevant changes.</summary>
public sealed class KubernetesWatchTests : IAsyncLifetime
{
    private const string Cluster = "c";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly RecordedEvents _log = new();
    private readonly List<StoreClient> _clients = [];
    private KubernetesDouble? _server;
    private KubernetesRig? _rig;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private KubernetesDouble Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _server = await KubernetesDouble.StartAsync(new KubernetesDoubleOptions
        {
            LongestWatch = TimeSpan.FromSeconds(1.2),
            BookmarkInterval = TimeSpan.FromMilliseconds(200),
        });
        _rig = new KubernetesRig(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await Server.DisposeAsync();
        _rig!.Dispose();
    }

    [Fact]
    public async Task A_watch_that_the_server_ends_continues_from_its_last_version()
    {
        var client = Client();
        await client.Store.PutAsync(Samples.Data("0"), Token);
        await using var watch = await WatchAsync(client, StoreTopic.ClusterData);

        // Each of these ends without a write, and a write after its end is not missed.
        for (var i = 1; i <= 3; i++)
        {
            var watches = Watches.Count;
            await Eventually.BeTrueAsync(() => Watches.Count > watches, Soon, "the watch is begun again");
            var signals = watch.SignalCount;
            await client.Store.PutAsync(Samples.Data($"{i}"), Token);
            await watch.ReportsAsync(signals, "it signals a change");
        }

        Assert.Equal(4, watch.SignalCount);
        Assert.Single(Server.Requests, r => r.StartsWith("list", StringComparison.Ordinal));
        Assert.All(Watches, w => Assert.Contains("resourceVersion=", w, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Bookmarks_keep_an_idle_watch_from_expiring()
    {
        var client = Client();
        await client.Store.PutAsync(Samples.Data("0"), Token);
        await using var watch = await WatchAsync(client, StoreTopic.ClusterData);

        // Other objects change; the server's history expires, but not beyond the bookmarks.
        await client.Election.LeaderAsync(Token);
        await Server.Api.CreatePodAsync("busy", "other", "other");
        var bookmarked = Watches.Count;
        await Eventually.BeTrueAsync(() => Watches.Count > bookmarked, Soon, "the watch is begun again");

        Assert.Contains(
            $"resourceVersion={(await Server.Api.PodAsync("busy"))!["metadata"]!["resourceVersion"]}",
            Watches[^1],
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_that_fell_behind_starts_over_and_signals_a_change()
    {
        var client = Client();
        await client.Store.PutAsync(Samples.Data("0"), Token);
        await using var watch = await WatchAsync(client, StoreTopic.ClusterData);

        Server.Forget();
        await watch.ReportsAsync(1, "it signals a possible change");

        Assert.True(_log.Contains(4402));
        var signals = watch.SignalCount;
        await client.Store.PutAsync(Samples.Data("1"), Token);
        await watch.ReportsAsync(signals, "it signals a change again");
    }

    [Fact]
    public async Task Renewals_of_the_leader_do_not_signal_a_change()
    {
        var client = Client();
        await using var leadership = await client.Election.CampaignAsync("one", Token);
        var record = await _rig!.AnnotationAsync(Cluster, KubeApi.Leader);
        await using var watch = await WatchAsync(client, StoreTopic.ClusterData);

        await Eventually.BeTrueAsync(
            async () => await _rig.AnnotationAsync(Cluster, KubeApi.Leader) != record, Soon, "the leader renews");
        await client.Store.PutAsync(Samples.Data(), Token);
        await watch.ReportsAsync(1, "it signals cluster data");

        Assert.Equal(2, watch.SignalCount);
    }

    [Fact]
    public async Task Other_changes_of_pods_do_not_signal_a_change()
    {
        var keeper = new Member(Component.Keeper);
        var reporter = _rig!.Client(Cluster, keeper);
        _clients.Add(reporter);
        await reporter.Store.PublishAsync(Samples.Keeper(keeper), Soon, Token);
        await using var watch = await WatchAsync(Client(), StoreTopic.KeeperReports);

        await Server.Api.SetPhaseAsync(KubernetesRig.Pod(Cluster, keeper), "Running");
        await reporter.Store.PublishAsync(Samples.Keeper(keeper, "next"), Soon, Token);
        await watch.ReportsAsync(1, "it signals the report");
        await Server.Api.DeletePodAsync(KubernetesRig.Pod(Cluster, keeper));
        await watch.ReportsAsync(2, "it signals the end of the pod");

        Assert.Equal(3, watch.SignalCount);
    }

    [Fact]
    public async Task Without_watch_permission_this_is_logged_and_the_watch_retried_after_a_minute()
    {
        var token = await Server.TokenAsync("default", "get configmaps", "list configmaps");
        var client = _rig!.Client(Cluster, new Member(Component.Control), token: token, logger: _log);
        _clients.Add(client);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var watch = client.Store.WatchAsync(
            StoreTopic.ClusterData, () => Assert.Fail("the watch must not start"), stop.Token);

        await Eventually.BeTrueAsync(() => _log.Contains(4405), Soon, "it is logged");
        Assert.Contains(
            "verb watch on configmaps in namespace default", _log.Exception(4405)!.Message, StringComparison.Ordinal);
        // It is not retried every second.
        Assert.False(watch.IsCompleted);
        Assert.Single(Watches);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
    }

    private List<string> Watches => [.. Server.Requests.Where(r => r.StartsWith("watch", StringComparison.Ordinal))];

    private static Task<RunningWatch> WatchAsync(StoreClient client, StoreTopic topic) =>
        RunningWatch.StartAsync((changed, stop) => client.Store.WatchAsync(topic, changed, stop));

    private StoreClient Client()
    {
        var client = _rig!.Client(Cluster, new Member(Component.Sentinel), logger: _log);
        _clients.Add(client);
        return client;
    }
}
