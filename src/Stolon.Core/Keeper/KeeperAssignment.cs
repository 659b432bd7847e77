using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>The part of the cluster data that long steps of a keeper depend on.</summary>
/// <param name="Instance">Null: none is assigned.</param>
/// <param name="Followed">Null: it follows no instance of this cluster, or the instance is gone.</param>
public sealed record KeeperAssignment(ClusterUid Cluster, InstanceUid? Instance, InstanceUid? Followed)
{
    public static KeeperAssignment Of(ClusterData data, KeeperUid keeper)
    {
        var instance = data.InstanceOf(keeper);
        var followed = instance?.Spec.Follow is FollowSource.Internal follow
            ? data.Instances.Find((InstanceUid?)follow.Instance)
            : null;
        return new KeeperAssignment(data.Cluster.Uid, instance?.Uid, followed?.Uid);
    }

    /// <summary>Whether a step that was started for this assignment is still needed.</summary>
    public bool StillRequires(KeeperStep step, KeeperAssignment now) => step.Purpose switch
    {
        StepPurpose.Instance => (Cluster, Instance) == (now.Cluster, now.Instance),
        StepPurpose.Source => this == now,
        _ => true,
    };
}
