using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Simulation.Store;

/// <summary>Sabotage: where the sentinel closes all proxies, the written directive names the new primary
/// instead.</summary>
internal sealed class SkippingStore(IClusterStore store) : IClusterStore
{
    private ProxyDirective? _read;

    public async Task<ClusterDataRead> ReadAsync(CancellationToken cancellationToken)
    {
        var read = await store.ReadAsync(cancellationToken);
        _read = read is ClusterDataRead.Found found ? found.Data.Proxy : null;
        return read;
    }

    public Task<SwapResult> CompareAndSwapAsync(
        ClusterData data, Revision? expected, LeaderFence? fence, CancellationToken cancellationToken) =>
        store.CompareAndSwapAsync(
            data.Proxy.Target is null && _read?.Target is not null
                ? data with { Proxy = data.Proxy with { Target = data.Cluster.Primary } }
                : data,
            expected,
            fence,
            cancellationToken);

    public Task PutAsync(ClusterData data, CancellationToken cancellationToken) =>
        store.PutAsync(data, cancellationToken);

    public Task<ValueMap<KeeperUid, KeeperReport>> ReadKeepersAsync(CancellationToken cancellationToken) =>
        store.ReadKeepersAsync(cancellationToken);

    public Task<ValueMap<ProxyUid, ProxyReport>> ReadProxiesAsync(CancellationToken cancellationToken) =>
        store.ReadProxiesAsync(cancellationToken);

    public Task<ValueList<SentinelReport>> ReadSentinelsAsync(CancellationToken cancellationToken) =>
        store.ReadSentinelsAsync(cancellationToken);

    public Task PublishAsync(KeeperReport report, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        store.PublishAsync(report, timeToLive, cancellationToken);

    public Task PublishAsync(ProxyReport report, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        store.PublishAsync(report, timeToLive, cancellationToken);

    public Task PublishAsync(SentinelReport report, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        store.PublishAsync(report, timeToLive, cancellationToken);

    public Task WithdrawAsync(ProxyUid proxy, CancellationToken cancellationToken) =>
        store.WithdrawAsync(proxy, cancellationToken);

    public Task WithdrawAsync(SentinelUid sentinel, CancellationToken cancellationToken) =>
        store.WithdrawAsync(sentinel, cancellationToken);

    public Task WatchAsync(StoreTopic topic, Action changed, CancellationToken cancellationToken) =>
        store.WatchAsync(topic, changed, cancellationToken);
}
