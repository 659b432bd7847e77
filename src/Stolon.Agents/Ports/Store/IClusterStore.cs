using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Agents.Ports.Store;

/// <summary>The documents through which keepers, sentinels, proxies and stolonctl meet (store.md).</summary>
/// <remarks>Every call is limited by the store's own request timeout, and throws
/// <see cref="StoreUnavailableException"/> when the store does not answer as asked; the outcome of a write is then
/// unknown.</remarks>
public interface IClusterStore
{
    /// <summary>Reads the cluster data with the store's strongest consistency.</summary>
    Task<ClusterDataRead> ReadAsync(CancellationToken cancellationToken);

    /// <summary>Writes the cluster data only if it is still at the revision given (null: only if there is none) and,
    /// where a fence is given, only while that leadership stands.</summary>
    Task<SwapResult> CompareAndSwapAsync(
        ClusterData data, Revision? expected, LeaderFence? fence, CancellationToken cancellationToken);

    /// <summary>Replaces whatever is there. Only for <c>stolonctl init</c> and <c>clusterdata write</c>.</summary>
    Task PutAsync(ClusterData data, CancellationToken cancellationToken);

    /// <summary>The reports of all keepers alive in the store, by the uid inside each.</summary>
    Task<ValueMap<KeeperUid, KeeperReport>> ReadKeepersAsync(CancellationToken cancellationToken);

    Task<ValueMap<ProxyUid, ProxyReport>> ReadProxiesAsync(CancellationToken cancellationToken);

    /// <summary>Sorted by uid.</summary>
    Task<ValueList<SentinelReport>> ReadSentinelsAsync(CancellationToken cancellationToken);

    /// <summary>Publishes a report; it disappears after <paramref name="timeToLive"/> (raised to 20 s, store.md 3)
    /// without another.</summary>
    Task PublishAsync(KeeperReport report, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <inheritdoc cref="PublishAsync(KeeperReport,TimeSpan,CancellationToken)"/>
    Task PublishAsync(ProxyReport report, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <inheritdoc cref="PublishAsync(KeeperReport,TimeSpan,CancellationToken)"/>
    Task PublishAsync(SentinelReport report, TimeSpan timeToLive, CancellationToken cancellationToken);

    /// <summary>Removes a proxy's report: it has closed everything and will not forward again.</summary>
    Task WithdrawAsync(ProxyUid proxy, CancellationToken cancellationToken);

    /// <summary>Removes a sentinel's report: it has stopped.</summary>
    Task WithdrawAsync(SentinelUid sentinel, CancellationToken cancellationToken);

    /// <summary>Calls <paramref name="changed"/> once when the watch stands and after every change of the documents
    /// named; a hint only. Ends only by exception.</summary>
    /// <exception cref="StoreUnavailableException">The watch broke, or this store has none; start another
    /// later.</exception>
    Task WatchAsync(StoreTopic topic, Action changed, CancellationToken cancellationToken);
}

/// <summary>Which documents a watch is about.</summary>
public enum StoreTopic
{
    /// <summary>The cluster data alone: keepers and proxies.</summary>
    ClusterData,

    /// <summary>Keepers' reports: the sentinels.</summary>
    KeeperReports,

    /// <summary>Proxies' reports: the sentinels.</summary>
    ProxyReports,
}
