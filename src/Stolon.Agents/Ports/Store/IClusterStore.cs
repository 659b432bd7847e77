using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Agents.Ports.Store;

/// <summary>The documents that keepers, sentinels, proxies and stolonctl share (docs/spec/store.md).</summary>
/// <remarks>Every call has the store's request timeout, and throws <see cref="StoreUnavailableException"/> when the
/// store does not answer, or answers with an error; the outcome of a write is then unknown.</remarks>
public interface IClusterStore
{
    /// <summary>Reads the cluster data with the store's strongest consistency.</summary>
    Task<ClusterDataRead> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Writes the cluster data only if they are still at the expected revision (null: only if there are none)
    /// and, with a fence, only while that leadership lasts.</summary>
    Task<SwapResult> CompareAndSwapAsync(
        ClusterData data, Revision? expected, LeaderFence? fence, CancellationToken cancellationToken);

    /// <summary>Writes unconditionally. Only for <c>stolonctl init</c> and <c>clusterdata write</c>.</summary>
    Task PutAsync(ClusterData data, CancellationToken cancellationToken);

    /// <summary>The reports of keepers that have not expired, by the uid in each.</summary>
    Task<ValueMap<KeeperUid, KeeperReport>> ReadKeepersAsync(CancellationToken cancellationToken);

    Task<ValueMap<ProxyUid, ProxyReport>> ReadProxiesAsync(CancellationToken cancellationToken);

    /// <summary>Sorted by uid.</summary>
    Task<ValueList<SentinelReport>> ReadSentinelsAsync(CancellationToken cancellationToken);

    /// <summary>Publishes a report, which expires after <paramref name="timeToLive"/> (at least 20 s,
    /// docs/spec/store.md 3) unless it is replaced.</summary>
    Task PublishAsync(KeeperReport report, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <inheritdoc cref="PublishAsync(KeeperReport,TimeSpan,CancellationToken)"/>
    Task PublishAsync(ProxyReport report, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <inheritdoc cref="PublishAsync(KeeperReport,TimeSpan,CancellationToken)"/>
    Task PublishAsync(SentinelReport report, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Removes the report of a proxy that has closed all connections and does not forward again.</summary>
    Task WithdrawAsync(ProxyUid proxy, CancellationToken cancellationToken);

    /// <summary>Removes the report of a sentinel that has stopped.</summary>
    Task WithdrawAsync(SentinelUid sentinel, CancellationToken cancellationToken);

    /// <summary>Calls <paramref name="changed"/> when the watch is established, and after every change of the topic's
    /// documents. A hint: changes may be missed. Ends only by exception.</summary>
    /// <exception cref="StoreUnavailableException">The watch was interrupted, or this store has none; start it again
    /// later.</exception>
    Task WatchAsync(StoreTopic topic, Action changed, CancellationToken cancellationToken);
}

/// <summary>The documents that a watch covers.</summary>
public enum StoreTopic
{
    /// <summary>The cluster data; watched by keepers, sentinels and proxies.</summary>
    ClusterData,

    /// <summary>Keepers' reports; watched by sentinels.</summary>
    KeeperReports,

    /// <summary>Proxies' reports; watched by sentinels.</summary>
    ProxyReports,
}
