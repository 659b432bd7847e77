using Stolon.Agents;
using System.Net;
using Microsoft.Extensions.Logging;
using Stolon.Store.Kubernetes.Api;

namespace Stolon.Store.Kubernetes;

/// <summary>Reports as annotations of the reporting programs' pods (docs/spec/store.md 8.2 and 8.3). They remain as
/// long as the pod.</summary>
/// <param name="ownPod">Null: this program does not report.</param>
internal sealed class PodReports(
    KubeClient client, string clusterName, string? ownPod, TimeProvider time, ILogger logger)
{
    public const string Status = "stolon-status";
    public const string Keeper = "stolon-keeper";
    public const string Sentinel = "stolon-sentinel";
    public const string Proxy = "stolon-proxy";

    private const string ComponentLabel = "component";
    private const string ClusterLabel = "stolon-cluster";
    private readonly LogOnce _labels = new();

    /// <summary>The request for the pods of one component of the cluster.</summary>
    public KubeRequest Pods(string component) => KubeRequest.Pods(KubeVerb.List) with
    {
        LabelSelector = $"{ComponentLabel}={component},{ClusterLabel}={clusterName}",
    };

    /// <summary>The reports of one component's pods, with the pods' names. If two pods report the same uid, the one
    /// that counts comes last.</summary>
    /// <remarks>Otherwise a pod's phase is ignored, because liveness is decided by reports that change. But a pod that
    /// has ended, for example by eviction, may exist for days beside the one that replaced it.</remarks>
    public async Task<IReadOnlyList<(string Pod, string Report)>> ReadAsync(
        string component, CancellationToken cancellationToken)
    {
        var list = await client.ObjectAsync(Pods(component), cancellationToken);
        return
        [
            .. list.Items()
                .Select(pod => (Pod: pod, Report: pod.Annotation(Status)))
                .Where(p => !string.IsNullOrEmpty(p.Report))
                .OrderBy(p => p.Pod.Phase is "Failed" or "Succeeded" ? 0 : 1)
                .ThenBy(p => p.Pod.CreationTimestamp, StringComparer.Ordinal)
                .ThenBy(p => p.Pod.Name, StringComparer.Ordinal)
                .Select(p => (p.Pod.Name ?? "", p.Report!)),
        ];
    }

    /// <param name="report">Null: removes it.</param>
    public async Task WriteAsync(string component, string? report, CancellationToken cancellationToken)
    {
        var pod = ownPod ?? throw new InvalidOperationException("only a program with a pod can report");
        var request = KubeRequest.Pods(KubeVerb.Patch, pod) with
        {
            Body = KubeObject.AnnotationPatch(Status, report),
        };
        var answer = await client.SendAsync(request, cancellationToken);
        for (var left = ClusterConfigMap.Attempts - 1; answer.Status == HttpStatusCode.Conflict && left > 0; left--)
        {
            // The server's own attempts to apply the patch conflicted with other writers of the pod.
            await Task.Delay(ClusterConfigMap.RetryPause, time, cancellationToken);
            answer = await client.SendAsync(request, cancellationToken);
        }

        if (report is null && answer.Status == HttpStatusCode.NotFound)
        {
            // The pod no longer exists, nor its report.
            return;
        }

        var written = client.Read(request, answer);
        if ((written.Label(ComponentLabel) != component || written.Label(ClusterLabel) != clusterName)
            && _labels.IsDue())
        {
            KubernetesLog.LabelsMissing(logger, pod, component, clusterName);
        }
    }
}
