using Microsoft.Extensions.Logging;
using Stolon.Hosting.Options;
using Stolon.Store;
using Stolon.Store.Consul;
using Stolon.Store.Election;
using Stolon.Store.KeyValue;

namespace Stolon.Hosting.Stores;

/// <summary>Consul (docs/spec/store.md 6 and 7.3).</summary>
internal static class ConsulBackend
{
    public static StoreConnection Open(CommonOptions options, TimeProvider time, ILogger logger)
    {
        if (options.User is not null)
        {
            throw new FatalException("consul has no --store-user; it uses a token: see CONSUL_HTTP_TOKEN");
        }

        var endpoints = StoreEndpoints.Parse(options.Endpoints, StoreEndpoints.ConsulDefault);
        var environment = ConsulEnvironment.Read(options.Variable, logger);
        var client = new ConsulKeyValueStore(
            environment.Apply(new ConsulOptions
            {
                Endpoints = endpoints,
                RequestTimeout = options.Timeout,
                Tls = StoreOptions.Tls(options, endpoints),
            }),
            time);
        var paths = new StorePaths(options.Prefix, options.ClusterName);
        return new StoreConnection(
            new KeyValueClusterStore(client, paths, logger),
            new LockElection(
                client.Lock(paths.SentinelLeader, LeaseElection.DefaultTimeToLive),
                paths.SentinelLeader,
                time,
                logger),
            client);
    }
}
