using Stolon.Store.Kubernetes.Access;

namespace Stolon.Store.Kubernetes;

/// <summary>How to connect to a cluster that is stored in Kubernetes.</summary>
public sealed record KubernetesOptions
{
    /// <summary>Part of the ConfigMap's name, and the value of the label <c>stolon-cluster</c>.</summary>
    public required string ClusterName { get; init; }

    /// <summary>Timeout of one request.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>The pod of this program, whose annotation contains its report; null = it does not report
    /// (stolonctl).</summary>
    public required string? PodName { get; init; }

    /// <summary>How long candidates wait for a leader that does not renew; the same as for the original's
    /// sentinels.</summary>
    public TimeSpan LeaseDuration { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How long a leader without renewal considers itself leader; less than
    /// <see cref="LeaseDuration"/>.</summary>
    public TimeSpan RenewDeadline { get; init; } = TimeSpan.FromSeconds(10);

    public required KubeAccessOptions Access { get; init; }
}
