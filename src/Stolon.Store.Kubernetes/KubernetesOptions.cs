using Stolon.Store.Kubernetes.Access;

namespace Stolon.Store.Kubernetes;

/// <summary>How to reach a cluster whose documents are in Kubernetes.</summary>
public sealed record KubernetesOptions
{
    /// <summary>Part of the ConfigMap's name and value of the label <c>stolon-cluster</c>.</summary>
    public required string ClusterName { get; init; }

    /// <summary>For one request.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>The pod this program runs in, whose annotation carries its report; null = it does not report
    /// (stolonctl).</summary>
    public required string? PodName { get; init; }

    /// <summary>How long a leader that does not renew is left in office by those who wait: the original's sentinels
    /// take the same.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a leader that cannot renew believes that it leads; less than <see
    /// cref="LeaseDuration"/>.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    public required KubeAccessOptions Access { get; init; }
}
