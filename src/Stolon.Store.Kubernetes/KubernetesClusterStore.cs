using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Store.Kubernetes.Api;
using Stolon.Store.Kubernetes.Election;
using Stolon.Wire;

namespace Stolon.Store.Kubernetes;

/// <summary>The cluster's documents as annotations (docs/spec/store.md 8).</summary>
internal sealed class KubernetesClusterStore(
    KubeClient client, ClusterConfigMap map, PodReports reports, TimeProvider time, ILogger logger) : IClusterStore
{
    private readonly UnreadableReports _unreadable = new(logger);

    public async Task<ClusterDataRead> ReadAsync(CancellationToken cancellationToken) =>
        (await map.FindAsync(cancellationToken))?.Annotation(ClusterConfigMap.ClusterData) is { } text
            ? StoredClusterData.Read(Encoding.UTF8.GetBytes(text), RevisionOf(text))
            : new ClusterDataRead.Absent(null);

    /// <inheritdoc/>
    /// <remarks>The object contains more than the cluster data. A write of something else in it, as the election does
    /// all the time, is not a conflict.</remarks>
    public async Task<SwapResult> CompareAndSwapAsync(
        ClusterData data, Revision? expected, LeaderFence? fence, CancellationToken cancellationToken)
    {
        var text = Text(WireFormat.Write(data));
        var edit = await map.EditAsync(
            present =>
            {
                var before = present.Annotation(ClusterConfigMap.ClusterData);
                if ((before is null ? null : (Revision?)RevisionOf(before)) != expected
                    || (fence is not null && !KubernetesClaim.IsLeader(present, map, fence)))
                {
                    return false;
                }

                present.Annotate(ClusterConfigMap.ClusterData, text);
                return true;
            },
            cancellationToken);
        return edit.Match<SwapResult>(
            written => new SwapResult.Stored(RevisionOf(text)),
            unchanged => new SwapResult.Conflict(),
            contended => new SwapResult.Conflict());
    }

    public async Task PutAsync(ClusterData data, CancellationToken cancellationToken)
    {
        var text = Text(WireFormat.Write(data));
        var edit = await map.EditAsync(
            present =>
            {
                present.Annotate(ClusterConfigMap.ClusterData, text);
                return true;
            },
            cancellationToken);
        if (edit is ConfigMapEdit.Contended)
        {
            throw map.ContentionError();
        }
    }

    public async Task<ValueMap<KeeperUid, KeeperReport>> ReadKeepersAsync(CancellationToken cancellationToken) =>
        StoredReports.Keepers(await FoundAsync(PodReports.Keeper, cancellationToken), _unreadable);

    public async Task<ValueMap<ProxyUid, ProxyReport>> ReadProxiesAsync(CancellationToken cancellationToken) =>
        StoredReports.Proxies(await FoundAsync(PodReports.Proxy, cancellationToken), _unreadable);

    /// <inheritdoc/>
    /// <remarks>A sentinel's pod without a report is omitted; the original shows it without a uid.</remarks>
    public async Task<ValueList<SentinelReport>> ReadSentinelsAsync(CancellationToken cancellationToken) =>
        StoredReports.Sentinels(await FoundAsync(PodReports.Sentinel, cancellationToken), _unreadable);

    /// <inheritdoc/>
    /// <remarks>No time to live: a report remains as long as its pod. Liveness is decided by reports that
    /// change.</remarks>
    public Task PublishAsync(KeeperReport report, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        reports.WriteAsync(PodReports.Keeper, Text(WireFormat.Write(report)), cancellationToken);

    /// <inheritdoc cref="PublishAsync(KeeperReport,TimeSpan,CancellationToken)"/>
    public Task PublishAsync(ProxyReport report, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        reports.WriteAsync(PodReports.Proxy, Text(WireFormat.Write(report)), cancellationToken);

    /// <inheritdoc cref="PublishAsync(KeeperReport,TimeSpan,CancellationToken)"/>
    public Task PublishAsync(SentinelReport report, TimeSpan timeToLive, CancellationToken cancellationToken) =>
        reports.WriteAsync(PodReports.Sentinel, Text(WireFormat.Write(report)), cancellationToken);

    public Task WithdrawAsync(ProxyUid proxy, CancellationToken cancellationToken) =>
        reports.WriteAsync(PodReports.Proxy, null, cancellationToken);

    public Task WithdrawAsync(SentinelUid sentinel, CancellationToken cancellationToken) =>
        reports.WriteAsync(PodReports.Sentinel, null, cancellationToken);

    public Task WatchAsync(StoreTopic topic, Action changed, CancellationToken cancellationToken)
    {
        var (list, annotation) = topic switch
        {
            StoreTopic.ClusterData => (map.WatchRequest, ClusterConfigMap.ClusterData),
            StoreTopic.KeeperReports => (reports.Pods(PodReports.Keeper), PodReports.Status),
            StoreTopic.ProxyReports => (reports.Pods(PodReports.Proxy), PodReports.Status),
            _ => throw new UnreachableException(),
        };
        return new KubeWatch(client, list, item => item.Annotation(annotation), time, logger)
            .RunAsync(changed, cancellationToken);
    }

    /// <summary>A digest of the text, so that comparing revisions compares texts.</summary>
    private static Revision RevisionOf(string text) =>
        new(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text))));

    private static string Text(byte[] document) => Encoding.UTF8.GetString(document);

    private async Task<IEnumerable<StoredReport>> FoundAsync(string component, CancellationToken cancellationToken) =>
        (await reports.ReadAsync(component, cancellationToken)).Select(found => new StoredReport(
            Encoding.UTF8.GetBytes(found.Report),
            $"{PodReports.Status} of pod {found.Pod}",
            found.Pod));
}
