using System.Text;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Model;
using Stolon.Store.InMemory;
using Stolon.Store.KeyValue;

namespace Stolon.Store.Tests.KeyValue;

public sealed class KeyValueClusterStoreTests : IDisposable
{
    private static readonly StorePaths Paths = new("stolon/cluster", "c");

    private static readonly ClusterData Data = ClusterData.New(
        new ClusterUid("u"), new ClusterSpec { InitMode = ClusterInitMode.New }, WallTime.Never);

    private readonly InMemoryKeyValueStore _keys = new(TimeProvider.System);
    private readonly KeyValueClusterStore _store;

    public KeyValueClusterStoreTests() => _store = new KeyValueClusterStore(_keys, Paths);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _keys.Dispose();

    [Fact]
    public async Task A_missing_document_is_absent_without_a_revision() =>
        Assert.Equal(new ClusterDataRead.Absent(null), await _store.ReadAsync(Token));

    [Fact]
    public async Task A_null_document_is_absent_at_a_revision_and_can_be_replaced()
    {
        await WriteAsync(Paths.ClusterData, "null");
        var absent = Assert.IsType<ClusterDataRead.Absent>(await _store.ReadAsync(Token));
        Assert.NotNull(absent.Revision);

        Assert.IsType<SwapResult.Conflict>(await _store.CompareAndSwapAsync(Data, null, null, Token));
        Assert.IsType<SwapResult.Stored>(await _store.CompareAndSwapAsync(Data, absent.Revision, null, Token));
        Assert.Equal(Data, await FoundAsync());
    }

    [Fact]
    public async Task A_write_with_an_outdated_revision_is_a_conflict()
    {
        var first = Assert.IsType<SwapResult.Stored>(await _store.CompareAndSwapAsync(Data, null, null, Token));
        var found = Assert.IsType<ClusterDataRead.Found>(await _store.ReadAsync(Token));
        Assert.Equal(first.Revision, found.Revision);

        var changed = Data with { Cluster = Data.Cluster with { Primary = new InstanceUid("i") } };
        Assert.IsType<SwapResult.Stored>(await _store.CompareAndSwapAsync(changed, found.Revision, null, Token));
        Assert.IsType<SwapResult.Conflict>(await _store.CompareAndSwapAsync(Data, found.Revision, null, Token));
        Assert.Equal(changed, await FoundAsync());
    }

    [Fact]
    public async Task An_unconditional_write_replaces_any_value()
    {
        await WriteAsync(Paths.ClusterData, "garbage");
        await _store.PutAsync(Data, Token);
        Assert.Equal(Data, await FoundAsync());
    }

    [Theory]
    [InlineData("", "cluster data: not valid JSON")]
    [InlineData("""{"formatVersion":2}""", "cluster data: unsupported clusterdata format version 2")]
    [InlineData("""{"formatVersion":1}""", "cluster data: cluster: missing")]
    [InlineData("""{"formatVersion":1,"cluster":{"spec":{}}}""", "invalid cluster spec: initMode undefined")]
    [InlineData(
        """{"formatVersion":1,"cluster":{"spec":{"initMode":"new","maxStandbys":0}}}""",
        "invalid cluster spec: maxStandbys must be at least 1")]
    public async Task A_document_that_must_not_be_used_is_unusable(string document, string problem)
    {
        await WriteAsync(Paths.ClusterData, document);
        var unusable = Assert.IsType<ClusterDataRead.Unusable>(await _store.ReadAsync(Token));
        Assert.StartsWith(problem, unusable.Problem, StringComparison.Ordinal);
        Assert.IsType<SwapResult.Stored>(await _store.CompareAndSwapAsync(Data, unusable.Revision, null, Token));
    }

    [Fact]
    public async Task Reports_are_read_back_by_the_uid_inside_them()
    {
        var keeper = new KeeperReport { InfoUid = "i", Uid = new KeeperUid("k1") };
        var proxy = new ProxyReport { InfoUid = "i", Uid = new ProxyUid("p1") };
        await _store.PublishAsync(keeper, TimeSpan.FromSeconds(30), Token);
        await _store.PublishAsync(proxy, TimeSpan.FromSeconds(30), Token);
        await _store.PublishAsync(new SentinelReport(new SentinelUid("s2")), TimeSpan.FromSeconds(30), Token);
        await WriteAsync(Paths.SentinelReport("elsewhere"), """{"UID":"s1"}""");

        Assert.Equal(keeper, Assert.Single(await _store.ReadKeepersAsync(Token)).Value);
        Assert.Equal(proxy, (await _store.ReadProxiesAsync(Token))[proxy.Uid]);
        Assert.Equal(["s1", "s2"], (await _store.ReadSentinelsAsync(Token)).Select(report => report.Uid.Value));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{\"infoUID\":\"i\"}")]
    [InlineData("{\"uid\":7,\"UID\":7}")]
    public async Task An_unreadable_report_does_not_hide_others(string broken)
    {
        var keeper = new KeeperReport { InfoUid = "i", Uid = new KeeperUid("a") };
        var proxy = new ProxyReport { InfoUid = "i", Uid = new ProxyUid("a") };
        await _store.PublishAsync(keeper, TimeSpan.Zero, Token);
        await _store.PublishAsync(proxy, TimeSpan.Zero, Token);
        await _store.PublishAsync(new SentinelReport(new SentinelUid("a")), TimeSpan.Zero, Token);
        await WriteAsync(Paths.KeeperReport("b"), broken);
        await WriteAsync(Paths.ProxyReport("b"), broken);
        await WriteAsync(Paths.SentinelReport("b"), broken);

        Assert.Equal(keeper, Assert.Single(await _store.ReadKeepersAsync(Token)).Value);
        Assert.Equal("a", Assert.Single(await _store.ReadSentinelsAsync(Token)).Uid.Value);
        // A proxy with an unreadable report may be forwarding, so it is not omitted.
        var proxies = await _store.ReadProxiesAsync(Token);
        Assert.Equal(proxy, proxies[proxy.Uid]);
        Assert.True(proxies[new ProxyUid("b")].Unreadable);
        Assert.Equal(2, proxies.Count);
    }

    [Fact]
    public async Task An_unreadable_proxy_report_counts_as_alive_when_it_changes()
    {
        var other = new ProxyUid("b");
        await WriteAsync(Paths.ProxyReport("b"), "{");
        var first = (await _store.ReadProxiesAsync(Token))[other].InfoUid;
        Assert.Equal(first, (await _store.ReadProxiesAsync(Token))[other].InfoUid);
        await WriteAsync(Paths.ProxyReport("b"), "{{");
        Assert.NotEqual(first, (await _store.ReadProxiesAsync(Token))[other].InfoUid);
    }

    [Fact]
    public async Task An_unreadable_report_is_logged_once_for_each_problem()
    {
        var log = new Lines();
        var store = new KeyValueClusterStore(_keys, Paths, log);
        for (var n = 0; n < 3; n++)
        {
            await WriteAsync(Paths.KeeperReport("b"), "{");
            await store.ReadKeepersAsync(Token);
            await store.ReadProxiesAsync(Token);
        }

        Assert.Contains(Paths.KeeperReport("b"), Assert.Single(log.Texts), StringComparison.Ordinal);
        await WriteAsync(Paths.KeeperReport("b"), "null");
        await store.ReadKeepersAsync(Token);
        await store.ReadKeepersAsync(Token);
        Assert.Equal(2, log.Texts.Count);
    }

    [Fact]
    public async Task A_key_locked_but_not_yet_written_is_not_a_report()
    {
        await WriteAsync(Paths.KeeperReport("b"), "");
        Assert.Empty(await _store.ReadKeepersAsync(Token));
    }

    [Fact]
    public async Task Reports_can_be_withdrawn()
    {
        var proxy = new ProxyReport { InfoUid = "i", Uid = new ProxyUid("p") };
        await _store.PublishAsync(proxy, TimeSpan.FromSeconds(30), Token);
        await _store.PublishAsync(new SentinelReport(new SentinelUid("s")), TimeSpan.FromSeconds(30), Token);
        await _store.WithdrawAsync(proxy.Uid, Token);
        await _store.WithdrawAsync(new SentinelUid("s"), Token);
        Assert.Empty(await _store.ReadProxiesAsync(Token));
        Assert.Empty(await _store.ReadSentinelsAsync(Token));
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(19, 20)]
    [InlineData(30, 30)]
    public async Task Reports_have_a_time_to_live_of_at_least_20_s(int asked, int granted)
    {
        var recorder = new RecordingStore(_keys);
        var report = new SentinelReport(new SentinelUid("s"));
        await new KeyValueClusterStore(recorder, Paths).PublishAsync(report, TimeSpan.FromSeconds(asked), Token);
        Assert.Equal(TimeSpan.FromSeconds(granted), recorder.LastTimeToLive);
    }

    [Theory]
    [InlineData(StoreTopic.ClusterData)]
    [InlineData(StoreTopic.KeeperReports)]
    [InlineData(StoreTopic.ProxyReports)]
    public async Task A_watch_signals_only_its_own_documents(StoreTopic topic)
    {
        var hints = new SemaphoreSlim(0);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var watch = _store.WatchAsync(topic, () => hints.Release(), stop.Token);
        await hints.WaitAsync(Token);

        var writes = new Dictionary<StoreTopic, Func<Task>>
        {
            [StoreTopic.ClusterData] = () => _store.PutAsync(Data, Token),
            [StoreTopic.KeeperReports] = () => _store.PublishAsync(
                new KeeperReport { InfoUid = "i", Uid = new KeeperUid("k") }, TimeSpan.Zero, Token),
            [StoreTopic.ProxyReports] = () => _store.PublishAsync(
                new ProxyReport { InfoUid = "i", Uid = new ProxyUid("p") }, TimeSpan.Zero, Token),
        };
        foreach (var (written, write) in writes)
        {
            await write();
            if (written == topic)
            {
                await hints.WaitAsync(Token);
            }
        }

        Assert.Equal(0, hints.CurrentCount);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
    }

    private async Task<ClusterData> FoundAsync() =>
        Assert.IsType<ClusterDataRead.Found>(await _store.ReadAsync(Token)).Data;

    private Task WriteAsync(string key, string value) =>
        _keys.PutAsync(key, Encoding.UTF8.GetBytes(value), timeToLive: null, Token);

    /// <summary>Forwards all calls, and records what a publisher requested.</summary>
    private sealed class RecordingStore(IKeyValueStore inner) : IKeyValueStore
    {
        public TimeSpan? LastTimeToLive { get; private set; }

        public Task<KeyValueEntry?> GetAsync(string key, CancellationToken cancellationToken) =>
            inner.GetAsync(key, cancellationToken);

        public Task<IReadOnlyList<KeyValueEntry>> ListAsync(string prefix, CancellationToken cancellationToken) =>
            inner.ListAsync(prefix, cancellationToken);

        public Task PutAsync(
            string key, ReadOnlyMemory<byte> value, TimeSpan? timeToLive, CancellationToken cancellationToken)
        {
            LastTimeToLive = timeToLive;
            return inner.PutAsync(key, value, timeToLive, cancellationToken);
        }

        public Task<SwapResult> SwapAsync(
            string key,
            ReadOnlyMemory<byte> value,
            Revision? expected,
            LeaderFence? fence,
            CancellationToken cancellationToken) =>
            inner.SwapAsync(key, value, expected, fence, cancellationToken);

        public Task DeleteAsync(string key, CancellationToken cancellationToken) =>
            inner.DeleteAsync(key, cancellationToken);

        public Task WatchAsync(string prefix, Action changed, CancellationToken cancellationToken) =>
            inner.WatchAsync(prefix, changed, cancellationToken);
    }

    private sealed class Lines : ILogger
    {
        public List<string> Texts { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter)
        {
            Assert.Equal(LogLevel.Warning, logLevel);
            Texts.Add(formatter(state, exception));
        }
    }
}
