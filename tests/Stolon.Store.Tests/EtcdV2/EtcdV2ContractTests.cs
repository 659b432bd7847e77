using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Store.Contract;
using Stolon.Store.Election;
using Stolon.Store.EtcdV2;
using Stolon.Store.KeyValue;
using Stolon.Store.Tests.Etcd;
using Stolon.Testing.Etcd;

namespace Stolon.Store.Tests.EtcdV2;

/// <summary>Clients of the v2 API.</summary>
internal static class EtcdV2Clients
{
    public static EtcdV2KeyValueStore Store(
        IEnumerable<string> endpoints, TimeSpan? timeout = null, TimeProvider? time = null) => new(
        new EtcdV2Options
        {
            Endpoints = StoreEndpoints.Parse(string.Join(',', endpoints), StoreEndpoints.EtcdDefault),
            RequestTimeout = timeout ?? TimeSpan.FromSeconds(5),
        },
        time ?? TimeProvider.System);

    /// <summary>A client with the same configuration as in the programs.</summary>
    public static StoreClient Client(
        string cluster, IEnumerable<string> endpoints, TimeSpan? timeout = null, TimeProvider? time = null,
        TimeSpan? lockLife = null)
    {
        var (store, paths) = (Store(endpoints, timeout, time), SharedEtcd.Paths(cluster));
        var office = store.Lock(paths.SentinelLeader, lockLife ?? EtcdV2KeyValueStore.LockTimeToLive);
        return new StoreClient(
            new KeyValueClusterStore(store, paths),
            new LockElection(office, paths.SentinelLeader, time ?? TimeProvider.System, NullLogger.Instance),
            store);
    }
}

public sealed class EtcdV2KeyValueTests(SharedEtcd etcd) : KeyValueContract, IDisposable
{
    private readonly EtcdV2KeyValueStore _store = EtcdV2Clients.Store([etcd.Server.Endpoint]);

    protected override IKeyValueStore Store => _store;

    public void Dispose() => _store.Dispose();
}

public sealed class EtcdV2WatchTests(SharedEtcd etcd) : WatchContract, IDisposable
{
    private readonly EtcdV2KeyValueStore _store = EtcdV2Clients.Store([etcd.Server.Endpoint]);

    protected override IKeyValueStore Store => _store;

    public void Dispose() => _store.Dispose();
}

public sealed class EtcdV2ClusterStoreTests(SharedEtcd etcd) : ClusterStoreContract
{
    protected override StoreClient Open(string cluster, Member member) =>
        EtcdV2Clients.Client(cluster, [etcd.Server.Endpoint]);
}

public sealed class EtcdV2ElectionTests(SharedEtcd etcd) : ElectionContract
{
    protected override StoreClient Open(string cluster, Member member) =>
        EtcdV2Clients.Client(cluster, [etcd.Server.Endpoint]);

    protected override async Task DeleteCandidaciesAsync(string cluster)
    {
        using var store = EtcdV2Clients.Store([etcd.Server.Endpoint]);
        await store.DeleteAsync(SharedEtcd.Paths(cluster).SentinelLeader, Token);
    }
}

public sealed class EtcdV2FaultContractTests(FaultedEtcd etcd) : FaultContract, IClassFixture<FaultedEtcd>
{
    // Shorter than in a cluster, to save time.
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(6);

    protected override IStoreServer Server => etcd;

    protected override TimeSpan LongestLeadership => Life * 2;

    protected override string? RefusalOfLarge => null;

    protected override StoreClient Open(FaultyClient client) => EtcdV2Clients.Client(
        client.Cluster, [$"http://127.0.0.1:{client.Port}"], client.RequestTimeout, client.Time, Life);
}

public sealed class EtcdV2LeaderChangeTests : LeaderChangeContract, IAsyncLifetime
{
    private EtcdCluster? _servers;

    public async ValueTask InitializeAsync() => _servers = await EtcdCluster.StartAsync(v2: true);

    public ValueTask DisposeAsync() => _servers!.DisposeAsync();

    protected override StoreClient Open(string cluster, Member member) =>
        EtcdV2Clients.Client(cluster, _servers!.Endpoints);

    protected override async Task KillLeaderAsync() => (await _servers!.LeaderAsync()).Kill();
}
