using Microsoft.Extensions.Logging;
using Stolon.Hosting.Options;
using Stolon.Store;
using Stolon.Store.Election;
using Stolon.Store.Etcd;
using Stolon.Store.KeyValue;

namespace Stolon.Hosting.Stores;

/// <summary>etcd's v3 API.</summary>
internal static class EtcdV3Backend
{
    public static StoreConnection Open(CommonOptions options, TimeProvider time, ILogger logger)
    {
        var endpoints = StoreEndpoints.Parse(options.Endpoints, StoreEndpoints.EtcdDefault);
        var client = new EtcdKeyValueStore(
            new EtcdOptions
            {
                Endpoints = endpoints,
                RequestTimeout = options.Timeout,
                Tls = StoreOptions.Tls(options, endpoints),
                Login = StoreOptions.Login(options, logger),
            },
            time,
            logger);
        var paths = new StorePaths(options.Prefix, options.ClusterName);
        return new StoreConnection(
            new KeyValueClusterStore(client, paths, logger),
            new LeaseElection(
                client.LeaseServer, paths.SentinelLeader, LeaseElection.DefaultTimeToLive, time, logger),
            client);
    }
}
