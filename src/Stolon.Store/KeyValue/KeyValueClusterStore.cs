using System.Diagnostics;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Ports.Store;
using Stolon.Wire;

namespace Stolon.Store.KeyValue;

/// <summary>The cluster's documents as JSON values in a key-value server (store.md 3 to 5).</summary>
public sealed class KeyValueClusterStore(IKeyValueStore store, StorePaths paths) : IClusterStore
{
    /// <summary>Consul's shortest session and its doubling make 20 s the least that every backend can do.</summary>
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
    public async Task<ValueMap<KeeperUid, KeeperReport>> ReadKeepersAsync(CancellationToken cancellationToken)
    {
        var keepers = ValueMap<KeeperUid, KeeperReport>.Empty;
        foreach (var report in await ReadAllAsync(
            paths.KeeperReports, value => WireFormat.ReadKeeperReport(value), cancellationToken))
        {
            keepers = keepers.With(report.Uid, report);
        }

        return keepers;
    }

    /// <inheritdoc/>
    public async Task<ValueMap<ProxyUid, ProxyReport>> ReadProxiesAsync(CancellationToken cancellationToken)
    {
        var proxies = ValueMap<ProxyUid, ProxyReport>.Empty;
        foreach (var report in await ReadAllAsync(
            paths.ProxyReports, value => WireFormat.ReadProxyReport(value), cancellationToken))
        {
            proxies = proxies.With(report.Uid, report);
        }

        return proxies;
    }

    /// <inheritdoc/>
    public async Task<ValueList<SentinelReport>> ReadSentinelsAsync(CancellationToken cancellationToken)
    {
        var reports = await ReadAllAsync(
            paths.SentinelReports, value => WireFormat.ReadSentinelReport(value), cancellationToken);
        return reports.Distinct().OrderBy(report => report.Uid).ToValueList();
    }

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

    /// <summary>One report that cannot be read makes the whole read fail, as in the original (store.md 3): a set with
    /// somebody missing would be acted on. An empty value is a key somebody has just locked to write it
    /// (Consul).</summary>
    private async Task<IReadOnlyList<T>> ReadAllAsync<T>(
        string prefix, Func<ReadOnlyMemory<byte>, T> read, CancellationToken cancellationToken)
    {
        var reports = new List<T>();
        foreach (var entry in await store.ListAsync(prefix, cancellationToken))
        {
            if (entry.Value.IsEmpty)
            {
                continue;
            }

            try
            {
                reports.Add(read(entry.Value));
            }
            catch (WireFormatException e)
            {
                throw new StoreUnavailableException($"cannot read {entry.Key}: {e.Message}", e);
            }
        }

        return reports;
    }

    private Task PublishAsync(
        string key, byte[] value, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        store.PutAsync(
            key, value, timeToLive < MinimumTimeToLive ? MinimumTimeToLive : timeToLive, cancellationToken);
}
