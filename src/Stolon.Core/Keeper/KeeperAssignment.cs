using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>What the cluster data ask of one keeper, as far as steps that take long depend on it.</summary>
/// <param name="Instance">Null: none is assigned.</param>
/// <param name="Followed">Null: it follows none of this cluster, or one that is gone.</param>
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

    /// <summary>Whether a step begun for this assignment is still worth its time.</summary>
    public bool StillRequires(KeeperStep step, KeeperAssignment now) => step.Purpose switch
    {
        StepPurpose.Instance => (Cluster, Instance) == (now.Cluster, now.Instance),
        StepPurpose.Source => this == now,
        _ => true,
    };
}
