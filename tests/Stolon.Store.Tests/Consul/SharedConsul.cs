using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Core.Common;
using Stolon.Store.Consul;
using Stolon.Store.Contract;
using Stolon.Store.Election;
using Stolon.Store.KeyValue;
using Stolon.Store.Tests.Consul;
using Stolon.Testing.Consul;

[assembly: AssemblyFixture(typeof(SharedConsul))]

namespace Stolon.Store.Tests.Consul;

/// <summary>One Consul for all tests that do not break it; each has its own keys.</summary>
public sealed class SharedConsul : IAsyncLifetime
{
    private ConsulServer? _server;

    public ConsulServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await ConsulServer.StartAsync();

    public ConsulKeyValueStore Store() => Store(Server.Endpoint);

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    public static StorePaths Paths(string cluster) => new("stolon/cluster", cluster);

    /// <summary>A client with the same configuration as in the programs.</summary>
    public static StoreClient Client(
        string cluster, string endpoint, TimeSpan? timeout = null, TimeProvider? time = null, TimeSpan? life = null)
    {
        var store = Store(endpoint, timeout, time: time);
        var path = Paths(cluster).SentinelLeader;
        var election = new LockElection(
            store.Lock(path, life ?? LeaseElection.DefaultTimeToLive),
            path,
            time ?? TimeProvider.System,
            NullLogger.Instance);
        return new StoreClient(new KeyValueClusterStore(store, Paths(cluster)), election, store);
    }

    public static ConsulKeyValueStore Store(
        string endpoint, TimeSpan? timeout = null, StoreTls? tls = null, string? token = null,
        TimeProvider? time = null) => new(
        new ConsulOptions
        {
            Endpoints = StoreEndpoints.Parse(endpoint, StoreEndpoints.ConsulDefault),
            RequestTimeout = timeout ?? TimeSpan.FromSeconds(5),
            Tls = tls,
            Token = token is null ? null : new Secret(token),
        },
        time ?? TimeProvider.System);
}
