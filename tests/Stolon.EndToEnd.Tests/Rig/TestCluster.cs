using System.Text.Json.Nodes;
using Npgsql;
using Stolon.EndToEnd.Tests.Rig.Stores;
using Stolon.Testing;
using Stolon.Testing.Etcd;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>A whole cluster of real processes: the store, sentinels, keepers with PostgreSQL, proxies.</summary>
public sealed class TestCluster : IAsyncDisposable
{
    public static readonly TimeSpan StartTime = TimeSpan.FromSeconds(90);

    /// <summary>What <see cref="RowWriter"/> needs, made by the superuser.</summary>
    public const string ApplicationSql =
        $"""
        create role {Sql.Application} login password '{Sql.ApplicationPassword}';
        create table rows (id bigint primary key, written timestamptz not null default clock_timestamp());
        grant all on rows to {Sql.Application};
        """;

    private readonly ClusterShape _shape;
    private readonly ClusterParts _parts;
    private readonly List<ProxyNode> _moreProxies = [];

    private TestCluster(ClusterShape shape, TestDirectory directory, IClusterStoreServer server)
    {
        _shape = shape;
        Directory = directory;
        Store = server;
        var parts = new ClusterParts(directory, server, shape);
        Ctl = ControlOf(server);
        Sentinels = [.. Enumerable.Range(1, shape.Sentinels).Select(parts.Sentinel)];
        Keepers = [.. Enumerable.Range(1, shape.Keepers).Select(i =>
            parts.Keeper(i, shape.KeeperOptions.GetValueOrDefault(i, [])))];
        Proxies = [.. Enumerable.Range(1, shape.Proxies).Select(parts.Proxy)];
        Terminals = parts.Terminals;
        _parts = parts;
    }

    /// <summary>Where the cluster is in the store (docs/spec/store.md 3).</summary>
    public const string BasePath = "stolon/cluster/e2e";

    public TestDirectory Directory { get; }

    public IClusterStoreServer Store { get; }

    /// <summary>The store of most clusters.</summary>
    public EtcdServer Etcd => ((EtcdV3Store)Store).Server;

    public Stolonctl Ctl { get; }

    public IReadOnlyList<TestProcess> Sentinels { get; }

    public IReadOnlyList<Keeper> Keepers { get; }

    public IReadOnlyList<ProxyNode> Proxies { get; }

    public ProxyNode Proxy => Proxies[0];

    /// <summary>Of a cluster that runs on terminals; empty otherwise.</summary>
    public IReadOnlyDictionary<TestProcess, Terminal> Terminals { get; }

    /// <summary>stolonctl for this cluster's name in the store given.</summary>
    public static Stolonctl ControlOf(IClusterStoreServer store) =>
        new(ClusterParts.StoreOptions(store), store.Environment("stolonctl"));

    /// <summary>A cluster of which only the store runs; it is not initialised.</summary>
    public static async Task<TestCluster> PrepareAsync(ClusterShape shape)
    {
        // Without the programs nothing is begun.
        _ = Programs.Ctl;
        var directory = new TestDirectory();
        return new TestCluster(shape, directory, await StoreServers.StartAsync(shape, directory));
    }

    /// <summary>Starts everything and waits until each keeper has its place and rows can be written.</summary>
    public static async Task<TestCluster> StartAsync(ClusterShape shape)
    {
        var cluster = await PrepareAsync(shape);
        try
        {
            await cluster.InitAsync(shape.Specification);
            var late = shape.KeeperOptions.Keys.Select(i => cluster.Keepers[i - 1]).ToList();
            cluster.StartAll(except: late);
            await cluster.SettleAsync(cluster.Keepers.Count - late.Count);
            await cluster.CreateApplicationAsync();
            await cluster.HealAsync();
            return cluster;
        }
        catch
        {
            cluster.Directory.KeepLogs = true;
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes the cluster new, without asking back.</summary>
    public Task InitAsync(string specification) => Ctl.RunAsync("init", "--yes", specification);

    /// <summary>One more keeper than the shape has, not started yet; whoever asks for it disposes of it.</summary>
    public Keeper OneMoreKeeper(params string[] options) => _parts.Keeper(Keepers.Count + 1, options);

    /// <summary>The page of a program of a cluster with metrics, in lines.</summary>
    public async Task<IReadOnlyList<string>> MetricsAsync(TestProcess program)
    {
        using var http = new HttpClient();
        var page = await http.GetStringAsync(new Uri($"http://127.0.0.1:{_parts.MetricsPorts[program]}/metrics"));
        return page.Split('\n');
    }

    /// <summary>Everything in the store is gone, and the store is empty and at work again.</summary>
    public async Task LoseStoreAsync()
    {
        Etcd.Kill();
        Etcd.DeleteData();
        await Etcd.StartAgainAsync();
    }

    /// <summary>What is in the store, once it is as wanted.</summary>
    public Task<StoredCluster> StoredAsync(Func<StoredCluster, bool> wanted, TimeSpan within, string because) =>
        Eventually.SeeAsync(
            async () => StoredCluster.Parse(await Ctl.RunAsync("clusterdata", "read")),
            wanted,
            within,
            $"{because} (logs: {Directory.Logs})");

    /// <summary>Starts and continues whatever a test has stopped, and waits until the cluster is whole again.</summary>
    public async Task HealAsync()
    {
        Store.Thaw();
        foreach (var keeper in Keepers.Where(k => k.Process.Frozen))
        {
            keeper.ThawWithPostgres();
        }

        foreach (var process in Sentinels.Concat(Proxies.Select(p => p.Process)).Where(p => p.Frozen))
        {
            process.Thaw();
        }

        foreach (var proxy in _moreProxies.Where(p => p.Process.Running))
        {
            proxy.Process.Thaw();
            await proxy.Process.StopAsync(TimeSpan.FromSeconds(10));
        }

        StartAll(except: []);
        await SettleAsync(Keepers.Count);
    }

    /// <summary>The status, once it is as wanted.</summary>
    public Task<ClusterStatus> SeeAsync(Func<ClusterStatus, bool> wanted, TimeSpan within, string because) =>
        Eventually.SeeAsync(Ctl.StatusAsync, wanted, within, $"{because} (logs: {Directory.Logs})");

    /// <summary>The keeper of the primary.</summary>
    public async Task<Keeper> PrimaryAsync()
    {
        var status = await SeeAsync(s => s.Primary is not null, TimeSpan.FromSeconds(10), "there is a primary");
        return KeeperOf(status.Primary!);
    }

    /// <summary>An operator declares it failed, once every keeper has done what it was told: a standby that has not
    /// could not follow it, and the order counts for one check only.</summary>
    public async Task FailAsync(Keeper keeper)
    {
        await SeeAsync(s => s.Settled(Keepers.Count), StartTime, "every keeper has done what it was told");
        // A conflict with the sentinel's write is an error by contract (docs/spec/stolonctl.md 7): run it again.
        await Eventually.BeTrueAsync(
            async () => (await Ctl.TryAsync("failkeeper", keeper.Uid)).ExitCode == 0,
            TimeSpan.FromSeconds(10),
            "failkeeper is accepted");
    }

    /// <summary>Waits until the sentinel counts it as failed.</summary>
    public Task SeeFailedAsync(Keeper keeper, TimeSpan within) => SeeAsync(
        s => s.Keepers.Any(k => k.Uid == keeper.Uid && !k.Healthy), within, $"{keeper.Uid} counts as failed");

    /// <summary>The keeper of the primary that has replaced this one.</summary>
    public async Task<Keeper> SuccessorAsync(Keeper former, TimeSpan within)
    {
        var status = await SeeAsync(
            s => s.Primary is not null && s.Primary != former.Uid, within, $"another than {former.Uid} is elected");
        return KeeperOf(status.Primary!);
    }

    public IEnumerable<Keeper> Others(Keeper keeper) => Keepers.Where(k => k != keeper);

    public Task<RowWriter> WriteRowsAsync() => RowWriter.StartAsync(Proxy.Port);

    /// <summary>A proxy beside those of the shape, not started; <see cref="HealAsync"/> stops it.</summary>
    public ProxyNode MoreProxies()
    {
        var proxy = _parts.Proxy(Proxies.Count + _moreProxies.Count + 1);
        _moreProxies.Add(proxy);
        return proxy;
    }

    /// <summary>What the store has of the cluster (docs/spec/cluster-data.md).</summary>
    public async Task<JsonNode> DataAsync() => JsonNode.Parse(await Ctl.RunAsync("clusterdata", "read"))!;

    /// <summary>The stored record of this keeper's instance. Null: it has none.</summary>
    public async Task<JsonNode?> InstanceAsync(Keeper keeper) => (await DataAsync())["dbs"]!.AsObject()
        .Select(i => i.Value!).FirstOrDefault(i => (string?)i["spec"]!["keeperUID"] == keeper.Uid);

    /// <summary>Acknowledged rows that a client of the proxy does not find.</summary>
    public async Task<IReadOnlyList<AcknowledgedRow>> MissingAsync(RowWriter writer)
    {
        var acknowledged = writer.Acknowledged;
        await using var connection = await Proxy.ConnectAsync();
        await using var query = new NpgsqlCommand(
            $"select id from rows where id between {acknowledged[0].Id} and {acknowledged[^1].Id}", connection);
        await using var reader = await query.ExecuteReaderAsync();
        var present = new HashSet<long>();
        while (await reader.ReadAsync())
        {
            present.Add(reader.GetInt64(0));
        }

        return [.. acknowledged.Where(row => !present.Contains(row.Id))];
    }

    /// <summary>To be called at the end of each test on a cluster that outlives it: the logs of a failed one stay, and
    /// it says where. The end of the cluster does so too.</summary>
    public void KeepLogsOfFailure()
    {
        if (TestContext.Current.TestState?.Result == TestResult.Failed)
        {
            Directory.KeepLogs = true;
            TestContext.Current.SendDiagnosticMessage("logs: {0}", Directory.Logs);
            TestContext.Current.TestOutputHelper?.WriteLine($"logs: {Directory.Logs}");
        }
    }

    public async ValueTask DisposeAsync()
    {
        KeepLogsOfFailure();
        foreach (var process in Sentinels.Concat(Proxies.Concat(_moreProxies).Select(p => p.Process)))
        {
            process.Dispose();
        }

        foreach (var keeper in Keepers)
        {
            keeper.Dispose();
        }

        // Whoever does not read does not notice the end either.
        foreach (var terminal in Terminals.Values)
        {
            terminal.ReadAgain();
        }

        await Store.DisposeAsync();
        Directory.Remove();
    }

    private Keeper KeeperOf(string uid) => Keepers.Single(k => k.Uid == uid);

    /// <summary>Starts what does not run.</summary>
    public void StartAll(params IReadOnlyCollection<Keeper> except)
    {
        foreach (var process in Sentinels
            .Concat(Keepers.Except(except).Select(k => k.Process))
            .Concat(Proxies.Select(p => p.Process)))
        {
            process.Start();
        }
    }

    /// <summary>Waits until these keepers are as the sentinel wants them, the standbys receive, and a client of the
    /// proxy reaches the primary.</summary>
    /// <param name="proxies">How many there are; null: as many as the cluster's shape has.</param>
    public async Task SettleAsync(int keepers, int? proxies = null)
    {
        await SeeAsync(
            s => s.Settled(keepers) && s.Proxies.Count == (proxies ?? _shape.Proxies), StartTime, "all keepers settle");
        var primary = await PrimaryAsync();
        await Eventually.BeAsync(
            (keepers - 1).ToString(),
            () => primary.AskAsync("select count(*) from pg_stat_replication where state = 'streaming'"),
            StartTime,
            $"the standbys of {primary.Uid} receive (logs: {Directory.Logs})");
        foreach (var proxy in Proxies)
        {
            await Eventually.BeAsync(
                primary.Port.ToString(),
                () => proxy.AskAsync("select inet_server_port()"),
                TimeSpan.FromSeconds(20),
                $"the proxy forwards to {primary.Uid} (logs: {Directory.Logs})");
        }
    }

    private async Task CreateApplicationAsync()
    {
        await using var connection = await Proxy.ConnectAsync();
        await Sql.AskAsync(connection, ApplicationSql);
    }
}
