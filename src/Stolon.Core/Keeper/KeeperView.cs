using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>The input of a keeper's plan.</summary>
public sealed record KeeperView
{
    public required ClusterData Data { get; init; }

    public required KeeperUid Self { get; init; }

    public required KeeperIdentity Identity { get; init; }

    /// <summary>The cluster in this keeper's file; null: none.</summary>
    public ClusterUid? KnownCluster { get; init; }

    /// <summary>The newest cluster data that this keeper has seen, including the present ones; null: unknown.</summary>
    public SeenClusterData? Seen { get; init; }

    public required InstanceState Local { get; init; }

    public required PostgresObservation Observation { get; init; }

    public KeeperMemory Memory { get; init; } = new();

    /// <summary>The instance assigned to this keeper; null: none.</summary>
    public Instance? Assigned => Data.InstanceOf(Self);

    public ClusterSettings Settings => ClusterSettings.From(Data.Cluster.Spec);

    /// <summary>The instance of this cluster that <paramref name="instance"/> follows; null: none, or it is
    /// gone.</summary>
    public Instance? FollowedBy(Instance instance) =>
        instance.Spec.Follow is FollowSource.Internal follow
            && Data.Instances.TryGetValue(follow.Instance, out var followed)
            ? followed
            : null;
}
