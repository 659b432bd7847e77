using Stolon.Agents.Ports.Store;
using Stolon.Core.Model;
using Xunit;

namespace Stolon.Store.Contract;

/// <summary>The contract of every backend as the store of a cluster.</summary>
public abstract class ClusterStoreContract : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(30);
    private readonly List<StoreClient> _clients = [];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>This test's own cluster; other clusters may be in the same store.</summary>
    protected string Cluster { get; } = $"c{Guid.NewGuid():N}";

    /// <summary>A new client for a program of the named cluster.</summary>
    protected abstract StoreClient Open(string cluster, Member member);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        foreach (var client in _clients)
        {
            client.Dispose();
        }
    }

    [Fact]
    public async Task A_missing_document_is_absent_without_a_revision() =>
        Assert.Equal(new ClusterDataRead.Absent(null), await Control().ReadAsync(Token));

    [Fact]
    public async Task Cluster_data_are_created_once_and_read_by_all_clients()
    {
        var first = await Sentinel(1).CompareAndSwapAsync(Samples.Data("first"), null, null, Token);
        var second = await Sentinel(2).CompareAndSwapAsync(Samples.Data("second"), null, null, Token);

        var stored = Assert.IsType<SwapResult.Stored>(first);
        Assert.IsType<SwapResult.Conflict>(second);
        foreach (var store in new[] { Sentinel(2), Keeper(1), Proxy(1), Control() })
        {
            Assert.Equal(
                new ClusterDataRead.Found(Samples.Data("first"), stored.Revision), await store.ReadAsync(Token));
        }
    }

    [Fact]
    public async Task A_write_with_an_outdated_revision_is_a_conflict()
    {
        var (one, two) = (Sentinel(1), Control());
        await one.CompareAndSwapAsync(Samples.Data("a"), null, null, Token);
        var read = await FoundAsync(two);

        var stored = Assert.IsType<SwapResult.Stored>(
            await one.CompareAndSwapAsync(Samples.Data("b"), read.Revision, null, Token));

        Assert.IsType<SwapResult.Conflict>(
            await two.CompareAndSwapAsync(Samples.Data("c"), read.Revision, null, Token));
        Assert.Equal(new ClusterDataRead.Found(Samples.Data("b"), stored.Revision), await two.ReadAsync(Token));
        Assert.IsType<SwapResult.Stored>(
            await one.CompareAndSwapAsync(Samples.Data("c"), stored.Revision, null, Token));
    }

    [Fact]
    public async Task An_unconditional_write_replaces_any_value_and_makes_other_conditional_writes_conflict()
    {
        var (sentinel, control) = (Sentinel(1), Control());
        await control.PutAsync(Samples.Data("a"), Token);
        var read = await FoundAsync(sentinel);

        await control.PutAsync(Samples.Data("b"), Token);

        Assert.Equal(Samples.Data("b"), (await FoundAsync(sentinel)).Data);
        Assert.IsType<SwapResult.Conflict>(
            await sentinel.CompareAndSwapAsync(Samples.Data("c"), read.Revision, null, Token));
    }

    [Fact]
    public async Task Of_many_concurrent_writers_exactly_one_succeeds()
    {
        var writers = Enumerable.Range(1, 6).Select(Sentinel).ToList();
        await writers[0].PutAsync(Samples.Data("start"), Token);
        var revision = (await FoundAsync(writers[0])).Revision;

        var results = await Task.WhenAll(writers.Select(
            (writer, i) => writer.CompareAndSwapAsync(Samples.Data($"w{i}"), revision, null, Token)));

        var winner = Assert.Single(results.Index(), r => r.Item is SwapResult.Stored).Index;
        Assert.Equal(Samples.Data($"w{winner}"), (await FoundAsync(writers[0])).Data);
    }

    [Fact]
    public async Task Reports_are_read_back_and_replaced_by_newer_ones()
    {
        Member[] keepers = [new(Component.Keeper, 1), new(Component.Keeper, 2)];
        Member[] sentinels = [new(Component.Sentinel, 2), new(Component.Sentinel, 1)];
        var proxy = new Member(Component.Proxy);
        foreach (var keeper in keepers)
        {
            await Client(keeper).PublishAsync(Samples.Keeper(keeper, "old"), Life, Token);
            await Client(keeper).PublishAsync(Samples.Keeper(keeper, "new"), Life, Token);
        }

        await Client(proxy).PublishAsync(Samples.Proxy(proxy), Life, Token);
        foreach (var sentinel in sentinels)
        {
            await Client(sentinel).PublishAsync(Samples.Sentinel(sentinel), Life, Token);
        }

        var seen = await Control().ReadKeepersAsync(Token);
        Assert.Equal(keepers.Select(k => Samples.Keeper(k, "new")), seen.Select(k => k.Value));
        Assert.Equal(Samples.Proxy(proxy), Assert.Single(await Control().ReadProxiesAsync(Token)).Value);
        Assert.Equal(
            ["sentinel1", "sentinel2"], (await Control().ReadSentinelsAsync(Token)).Select(s => s.Uid.Value));
    }

    [Fact]
    public async Task Without_published_reports_none_are_read()
    {
        Assert.Empty(await Control().ReadKeepersAsync(Token));
        Assert.Empty(await Control().ReadProxiesAsync(Token));
        Assert.Empty(await Control().ReadSentinelsAsync(Token));
    }

    [Fact]
    public async Task Reports_can_be_withdrawn_more_than_once()
    {
        var (proxy, sentinel) = (new Member(Component.Proxy), new Member(Component.Sentinel));
        await Client(proxy).PublishAsync(Samples.Proxy(proxy), Life, Token);
        await Client(sentinel).PublishAsync(Samples.Sentinel(sentinel), Life, Token);

        for (var i = 0; i < 2; i++)
        {
            await Client(proxy).WithdrawAsync(new ProxyUid(proxy.Uid), Token);
            await Client(sentinel).WithdrawAsync(new SentinelUid(sentinel.Uid), Token);
        }

        Assert.Empty(await Control().ReadProxiesAsync(Token));
        Assert.Empty(await Control().ReadSentinelsAsync(Token));
    }

    [Fact]
    public async Task Clusters_do_not_see_each_others_documents()
    {
        // One name is a prefix of the other.
        var other = Cluster + "2";
        var keeper = new Member(Component.Keeper);
        await Opened(other, keeper).PublishAsync(Samples.Keeper(keeper), Life, Token);
        await Opened(other, new Member(Component.Control, 2)).PutAsync(Samples.Data(), Token);

        Assert.Empty(await Control().ReadKeepersAsync(Token));
        Assert.IsType<ClusterDataRead.Absent>(await Control().ReadAsync(Token));
    }

    [Fact]
    public async Task A_watch_of_cluster_data_signals_its_start_and_each_write()
    {
        await using var watch = await StatusAsync(Keeper(1), StoreTopic.ClusterData);

        await Sentinel(1).CompareAndSwapAsync(Samples.Data("a"), null, null, Token);
        await watch.ReportsAsync(1, "it signals the creation");

        var before = watch.SignalCount;
        await Control().PutAsync(Samples.Data("b"), Token);
        await watch.ReportsAsync(before, "it signals the replacement");
    }

    [Fact]
    public async Task A_watch_of_reports_signals_each_report()
    {
        var (keeper, proxy) = (new Member(Component.Keeper), new Member(Component.Proxy));
        await using var keepers = await StatusAsync(Sentinel(1), StoreTopic.KeeperReports);
        await using var proxies = await StatusAsync(Sentinel(1), StoreTopic.ProxyReports);

        await Client(keeper).PublishAsync(Samples.Keeper(keeper), Life, Token);
        await Client(proxy).PublishAsync(Samples.Proxy(proxy), Life, Token);

        await keepers.ReportsAsync(1, "it signals the keeper");
        await proxies.ReportsAsync(1, "it signals the proxy");
    }

    [Fact]
    public async Task A_cancelled_call_throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Control().ReadAsync(new CancellationToken(canceled: true)));

    private static async Task<ClusterDataRead.Found> FoundAsync(IClusterStore store) =>
        Assert.IsType<ClusterDataRead.Found>(await store.ReadAsync(Token));

    private static async Task<RunningWatch> StatusAsync(IClusterStore store, StoreTopic topic) =>
        await RunningWatch.StartAsync((changed, stop) => store.WatchAsync(topic, changed, stop));

    private IClusterStore Sentinel(int number) => Client(new Member(Component.Sentinel, number));

    private IClusterStore Keeper(int number) => Client(new Member(Component.Keeper, number));

    private IClusterStore Proxy(int number) => Client(new Member(Component.Proxy, number));

    private IClusterStore Control() => Client(new Member(Component.Control));

    private IClusterStore Client(Member member) => Opened(Cluster, member);

    private IClusterStore Opened(string cluster, Member member)
    {
        var client = Open(cluster, member);
        _clients.Add(client);
        return client.Store;
    }
}
