using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Wire;

namespace Stolon.Store.KeyValue;

/// <summary>The cluster's documents as JSON values in a key-value server (docs/spec/store.md 3 to 5).</summary>
/// <param name="logger">Logs reports that cannot be decoded; null = no log.</param>
public sealed class KeyValueClusterStore(IKeyValueStore store, StorePaths paths, ILogger? logger = null) : IClusterStore
{
    private readonly UnreadableReports _unreadable = new(logger);

    /// <summary>The shortest time to live that all backends support: Consul's shortest session is 10 s, and Consul
    /// doubles it.</summary>
    public static readonly TimeSpan MinimumTimeToLive = TimeSpan.FromSeconds(20);

    /// <inheritdoc/>
    public async Task<ClusterDataRead> ReadAsync(CancellationToken cancellationToken) =>
        await store.GetAsync(paths.ClusterData, cancellationToken) is { } entry
            ? StoredClusterData.Read(entry.Value, entry.Revision)
            : new ClusterDataRead.Absent(null);

    /// <inheritdoc/>
    public Task<SwapResult> CompareAndSwapAsync(
        ClusterData data, Revision? expected, LeaderFence? fence, CancellationToken cancellationToken) =>
        store.SwapAsync(paths.ClusterData, WireFormat.Write(data), expected, fence, cancellationToken);

    /// <inheritdoc/>
    public Task PutAsync(ClusterData data, CancellationToken cancellationToken) =>
        store.PutAsync(paths.ClusterData, WireFormat.Write(data), timeToLive: null, cancellationToken);

    /// <inheritdoc/>
    public async Task<ValueMap<KeeperUid, KeeperReport>> ReadKeepersAsync(CancellationToken cancellationToken) =>
        StoredReports.Keepers(await FoundAsync(paths.KeeperReports, cancellationToken), _unreadable);

    /// <inheritdoc/>
    public async Task<ValueMap<ProxyUid, ProxyReport>> ReadProxiesAsync(CancellationToken cancellationToken) =>
        StoredReports.Proxies(await FoundAsync(paths.ProxyReports, cancellationToken), _unreadable);

    /// <inheritdoc/>
    public async Task<ValueList<SentinelReport>> ReadSentinelsAsync(CancellationToken cancellationToken) =>
        StoredReports.Sentinels(await FoundAsync(paths.SentinelReports, cancellationToken), _unreadable);

    /// <inheritdoc/>
    public Task PublishAsync(KeeperReport report, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        PublishAsync(paths.KeeperReport(report.Uid.Value), WireFormat.Write(report), timeToLive, cancellationToken);

    /// <inheritdoc/>
    public Task PublishAsync(ProxyReport report, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        PublishAsync(paths.ProxyReport(report.Uid.Value), WireFormat.Write(report), timeToLive, cancellationToken);

    /// <inheritdoc/>
    public Task PublishAsync(SentinelReport report, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        PublishAsync(paths.SentinelReport(report.Uid.Value), WireFormat.Write(report), timeToLive, cancellationToken);

    /// <inheritdoc/>
    public Task WithdrawAsync(ProxyUid proxy, CancellationToken cancellationToken) =>
        store.DeleteAsync(paths.ProxyReport(proxy.Value), cancellationToken);

    /// <inheritdoc/>
    public Task WithdrawAsync(SentinelUid sentinel, CancellationToken cancellationToken) =>
        store.DeleteAsync(paths.SentinelReport(sentinel.Value), cancellationToken);

    /// <inheritdoc/>
    public Task WatchAsync(StoreTopic topic, Action changed, CancellationToken cancellationToken) =>
        store.WatchAsync(
            topic switch
            {
                StoreTopic.ClusterData => paths.ClusterData,
                StoreTopic.KeeperReports => paths.KeeperReports,
                StoreTopic.ProxyReports => paths.ProxyReports,
                _ => throw new UnreachableException(),
            },
            changed,
            cancellationToken);

    /// <summary>An empty value is a key that a program has just locked and not yet written (Consul).</summary>
    private async Task<IEnumerable<StoredReport>> FoundAsync(string prefix, CancellationToken cancellationToken) =>
        (await store.ListAsync(prefix, cancellationToken))
            .Where(entry => !entry.Value.IsEmpty)
            .Select(entry => new StoredReport(entry.Value, entry.Key, entry.Key[(entry.Key.LastIndexOf('/') + 1)..]));

    private Task PublishAsync(
        string key, byte[] value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        store.PutAsync(
            key, value, timeToLive < MinimumTimeToLive ? MinimumTimeToLive : timeToLive, cancellationToken);
}
