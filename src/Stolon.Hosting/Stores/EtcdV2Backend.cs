using Microsoft.Extensions.Logging;
using Stolon.Hosting.Options;
using Stolon.Store;
using Stolon.Store.Election;
using Stolon.Store.EtcdV2;
using Stolon.Store.KeyValue;

namespace Stolon.Hosting.Stores;

/// <summary>etcd's v2 API (docs/spec/store.md 7.2).</summary>
internal static class EtcdV2Backend
{
    public static StoreConnection Open(CommonOptions options, TimeProvider time, ILogger logger)
    {
        var endpoints = StoreEndpoints.Parse(options.Endpoints, StoreEndpoints.EtcdDefault);
        var client = new EtcdV2KeyValueStore(
            new EtcdV2Options
            {
                Endpoints = endpoints,
                RequestTimeout = options.Timeout,
                Tls = StoreOptions.Tls(options, endpoints),
                Login = StoreOptions.Login(options, logger),
            },
            time);
        var paths = new StorePaths(options.Prefix, options.ClusterName);
        var office = client.Lock(paths.SentinelLeader, EtcdV2KeyValueStore.LockTimeToLive);
        return new StoreConnection(
            new KeyValueClusterStore(client, paths, logger),
            new LockElection(office, paths.SentinelLeader, time, logger),
            client);
    }
}
