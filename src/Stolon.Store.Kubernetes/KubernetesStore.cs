using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;
using Stolon.Store.Kubernetes.Access;
using Stolon.Store.Kubernetes.Api;
using Stolon.Store.Kubernetes.Election;

namespace Stolon.Store.Kubernetes;

/// <summary>One program's access to a cluster that is stored in Kubernetes.</summary>
public sealed class KubernetesStore : IDisposable
{
    private readonly KubeClient _client;

    /// <summary>Reads configuration and certificates; does not connect before the first request.</summary>
    /// <exception cref="StoreOptionsException">No API server is configured, or the configuration is
    /// invalid.</exception>
    public KubernetesStore(KubernetesOptions options, TimeProvider time, ILogger logger)
    {
        _client = new KubeClient(KubeAccessLoader.Load(options.Access, time), options.RequestTimeout, time, logger);
        var map = new ClusterConfigMap(_client, options.ClusterName, time);
        var reports = new PodReports(_client, options.ClusterName, options.PodName, time, logger);
        Documents = new KubernetesClusterStore(_client, map, reports, time, logger);
        Lock = new KubernetesLock(
            map,
            new LeaderEvents(_client, time, logger),
            options,
            time,
            (changed, stop) => new KubeWatch(_client, map.WatchRequest, Holder, time, logger).RunAsync(changed, stop));
        ElectionName = map.Location;
    }

    public IClusterStore Documents { get; }

    /// <summary>The election of the leading sentinel.</summary>
    public ILockServer Lock { get; }

    /// <summary>The object of the election, for messages.</summary>
    public string ElectionName { get; }

    public void Dispose() => _client.Dispose();

    /// <summary>Renewals are not signalled to candidates, which poll every two seconds anyway.</summary>
    private static string? Holder(KubeObject map) =>
        LeaderRecord.Read(map.Annotation(ClusterConfigMap.Leader)) is { HolderIdentity: not "" } record
            ? record.Term
            : null;
}
