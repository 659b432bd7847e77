using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>Everything a keeper plans from.</summary>
public sealed record KeeperView
{
    public required ClusterData Data { get; init; }

    public required KeeperUid Self { get; init; }

    public required KeeperIdentity Identity { get; init; }

    /// <summary>The cluster this keeper's file says it belongs to; null: none.</summary>
    public ClusterUid? KnownCluster { get; init; }

    /// <summary>How far the cluster data had come that this keeper has seen, these included; null: not known.</summary>
    public SeenClusterData? Seen { get; init; }

    public required InstanceState Local { get; init; }

    public required PostgresObservation Observation { get; init; }

    public KeeperMemory Memory { get; init; } = new();

    /// <summary>The instance assigned to this keeper; null: none.</summary>
    public Instance? Assigned => Data.InstanceOf(Self);

    public ClusterSettings Settings => ClusterSettings.From(Data.Cluster.Spec);

    /// <summary>The instance that <paramref name="instance"/> follows inside this cluster; null: none, or it is
    /// gone.</summary>
    public Instance? FollowedBy(Instance instance) =>
        instance.Spec.Follow is FollowSource.Internal follow
            && Data.Instances.TryGetValue(follow.Instance, out var followed)
            ? followed
            : null;
}
