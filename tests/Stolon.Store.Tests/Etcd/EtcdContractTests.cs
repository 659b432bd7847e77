using Stolon.Store.Contract;
using Stolon.Store.Etcd;
using Stolon.Store.KeyValue;
using Stolon.Testing.Etcd;

namespace Stolon.Store.Tests.Etcd;

public sealed class EtcdKeyValueTests(SharedEtcd etcd) : KeyValueContract, IDisposable
{
    private readonly EtcdKeyValueStore _store = etcd.Store();

    protected override IKeyValueStore Store => _store;

    public void Dispose() => _store.Dispose();
}

public sealed class EtcdWatchTests(SharedEtcd etcd) : WatchContract, IDisposable
{
    private readonly EtcdKeyValueStore _store = etcd.Store();

    protected override IKeyValueStore Store => _store;

    public void Dispose() => _store.Dispose();
}

public sealed class EtcdClusterStoreTests(SharedEtcd etcd) : ClusterStoreContract
{
    protected override StoreClient Open(string cluster, Member member) =>
        SharedEtcd.Client(cluster, [etcd.Server.Endpoint]);
}

public sealed class EtcdElectionTests(SharedEtcd etcd) : QueueElectionContract
{
    protected override StoreClient Open(string cluster, Member member) =>
        SharedEtcd.Client(cluster, [etcd.Server.Endpoint]);

    protected override async Task<int> CandidaciesAsync(string cluster) =>
        (await etcd.Server.Json.ListAsync(SharedEtcd.Paths(cluster).SentinelLeader)).Count;

    protected override async Task DeleteCandidaciesAsync(string cluster)
    {
        foreach (var (key, _, _) in await etcd.Server.Json.ListAsync(SharedEtcd.Paths(cluster).SentinelLeader))
        {
            await etcd.Server.Json.DeleteAsync(key);
        }
    }
}

public sealed class EtcdFaultContractTests(FaultedEtcd etcd) : FaultContract, IClassFixture<FaultedEtcd>
{
    // Shorter than in a cluster, to save time.
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(6);

    protected override IStoreServer Server => etcd;

    protected override TimeSpan LongestLeadership => Life * 2;

    protected override string? RefusalOfLarge => null;

    protected override StoreClient Open(FaultyClient client) => SharedEtcd.Client(
        client.Cluster, [$"http://127.0.0.1:{client.Port}"], client.RequestTimeout, client.Time, Life);
}

public sealed class EtcdLeaderChangeTests : LeaderChangeContract, IAsyncLifetime
{
    private EtcdCluster? _servers;

    public async ValueTask InitializeAsync() => _servers = await EtcdCluster.StartAsync();

    public ValueTask DisposeAsync() => _servers!.DisposeAsync();

    protected override StoreClient Open(string cluster, Member member) =>
        SharedEtcd.Client(cluster, _servers!.Endpoints);

    protected override async Task KillLeaderAsync() => (await _servers!.LeaderAsync()).Kill();
}
