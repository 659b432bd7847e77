using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Store.Contract;
using Stolon.Store.Election;
using Stolon.Store.Etcd;
using Stolon.Store.KeyValue;
using Stolon.Store.Tests.Etcd;
using Stolon.Testing.Etcd;

[assembly: AssemblyFixture(typeof(SharedEtcd))]

namespace Stolon.Store.Tests.Etcd;

/// <summary>One etcd with both APIs, for all tests that do not break it; each has its own keys.</summary>
public sealed class SharedEtcd : IAsyncLifetime
{
    private EtcdServer? _server;

    public EtcdServer Server => _server!;

    public async ValueTask InitializeAsync() => _server =
        await EtcdServer.StartAsync(new EtcdServerOptions { V2 = true });

    public EtcdKeyValueStore Store() => Store([Server.Endpoint]);

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    public static StorePaths Paths(string cluster) => new("stolon/cluster", cluster);

    /// <summary>A client with the same configuration as in the programs.</summary>
    public static StoreClient Client(
        string cluster, IEnumerable<string> endpoints, TimeSpan? timeout = null, TimeProvider? time = null,
        TimeSpan? leaseLife = null)
    {
        var store = Store(endpoints, timeout, time: time);
        var election = new LeaseElection(
            store.LeaseServer,
            Paths(cluster).SentinelLeader,
            leaseLife ?? LeaseElection.DefaultTimeToLive,
            time ?? TimeProvider.System,
            NullLogger.Instance);
        return new StoreClient(new KeyValueClusterStore(store, Paths(cluster)), election, store);
    }

    public static EtcdKeyValueStore Store(
        IEnumerable<string> endpoints, TimeSpan? timeout = null, StoreTls? tls = null, StoreLogin? login = null,
        ILogger? logger = null, TimeProvider? time = null) =>
        new(
            new EtcdOptions
            {
                Endpoints = StoreEndpoints.Parse(string.Join(',', endpoints), StoreEndpoints.EtcdDefault),
                RequestTimeout = timeout ?? TimeSpan.FromSeconds(5),
                Tls = tls,
                Login = login,
            },
            time ?? TimeProvider.System,
            logger ?? NullLogger.Instance);
}
