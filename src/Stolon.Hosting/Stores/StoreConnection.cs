using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Hosting.Options;
using Stolon.Store;

namespace Stolon.Hosting.Stores;

/// <summary>The configured store: the cluster's documents and the sentinels' election, over one client.</summary>
public sealed class StoreConnection(IClusterStore store, IElection election, IDisposable client) : IDisposable
{
    public IClusterStore Store { get; } = store;

    public IElection Election { get; } = election;

    /// <summary>Creates the client, which sends nothing until it is used.</summary>
    /// <exception cref="FatalException">The options cannot be used.</exception>
    public static StoreConnection Open(CommonOptions options, TimeProvider time, ILogger logger)
    {
        try
        {
            return options.Backend switch
            {
                "etcdv3" => EtcdV3Backend.Open(options, time, logger),
                "etcdv2" => EtcdV2Backend.Open(options, time, logger),
                "consul" => ConsulBackend.Open(options, time, logger),
                "kubernetes" => KubernetesBackend.Open(options, time, logger),
                "sqlite" => SqliteBackend.Open(options, time, logger),
                // CommonOptions.Problem has refused it before.
                _ => throw new FatalException($"Unknown store backend: \"{options.Backend}\""),
            };
        }
        catch (StoreOptionsException e)
        {
            throw new FatalException(e.Message, e);
        }
    }

    public void Dispose() => client.Dispose();
}
