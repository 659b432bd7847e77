using Stolon.Store.Consul;
using Stolon.Store.Contract;
using Stolon.Store.KeyValue;
using Stolon.Testing.Consul;

namespace Stolon.Store.Tests.Consul;

public sealed class ConsulKeyValueTests(SharedConsul consul) : KeyValueContract, IDisposable
{
    private readonly ConsulKeyValueStore _store = consul.Store();

    protected override IKeyValueStore Store => _store;

    /// <summary>Twice the minimum session, because Consul doubles the time to live.</summary>
    protected override TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(2);

    public void Dispose() => _store.Dispose();
}

public sealed class ConsulWatchTests(SharedConsul consul) : WatchContract, IDisposable
{
    private readonly ConsulKeyValueStore _store = consul.Store();

    protected override IKeyValueStore Store => _store;

    protected override TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(2);

    public void Dispose() => _store.Dispose();
}

public sealed class ConsulClusterStoreTests(SharedConsul consul) : ClusterStoreContract
{
    protected override StoreClient Open(string cluster, Member member) =>
        SharedConsul.Client(cluster, consul.Server.Endpoint);
}

public sealed class ConsulElectionTests(SharedConsul consul) : ElectionContract
{
    protected override StoreClient Open(string cluster, Member member) =>
        SharedConsul.Client(cluster, consul.Server.Endpoint);

    protected override Task DeleteCandidaciesAsync(string cluster) =>
        consul.Server.Api.DeleteAsync($"/v1/kv/{SharedConsul.Paths(cluster).SentinelLeader}");
}

public sealed class ConsulFaultContractTests(FaultedConsul consul) : FaultContract, IClassFixture<FaultedConsul>
{
    // Shorter than in a cluster, to save time: renewed every second, and certain for half of it.
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(6);

    protected override IStoreServer Server => consul;

    protected override TimeSpan LongestLeadership => Life * 2;

    protected override string? RefusalOfLarge => "kv_max_value_size";

    protected override StoreClient Open(FaultyClient client) => SharedConsul.Client(
        client.Cluster, $"http://127.0.0.1:{client.Port}", client.RequestTimeout, client.Time, Life);
}

public sealed class ConsulLeaderChangeTests : LeaderChangeContract, IAsyncLifetime
{
    private ConsulCluster? _servers;

    public async ValueTask InitializeAsync() => _servers = await ConsulCluster.StartAsync();

    public ValueTask DisposeAsync() => _servers!.DisposeAsync();

    /// <summary>The client uses an agent, which finds another server, because a client has only one endpoint.</summary>
    protected override StoreClient Open(string cluster, Member member) =>
        SharedConsul.Client(cluster, _servers!.Agent.Endpoint);

    protected override async Task KillLeaderAsync() => (await _servers!.LeaderAsync()).Kill();
}
