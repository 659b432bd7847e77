using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Makes the winner primary, and first of all sends every proxy nowhere (sentinel.md 7.2, step 4).</summary>
internal static class PrimaryHandover
{
    public static Pass To(Pass pass, Instance winner, Instance old)
    {
        var follow = pass.Settings.Role == ClusterRole.Standby ? Initialization.ExternalSource(pass.Settings) : null;
        pass = pass
            .WithSpec(old.Uid, s => s with { Followers = [] })
            .WithSpec(winner.Uid, s => s with
            {
                Role = follow is null ? InstanceRole.Primary : InstanceRole.Standby,
                Follow = follow,
            })
            .WithCluster(pass.Data.Cluster with { Primary = winner.Uid });
        pass = WithSynchrony(ProxyRouting.Clear(pass), winner.Uid, old);
        return (pass with { Elected = true })
            .Noting(new SentinelNote.PrimaryElected(winner.Uid, winner.Spec.Keeper, old.Uid));
    }

    /// <summary>The winner's commits wait for the primary it replaces and for that one's other synchronous standbys:
    /// until it has converged and been given standbys of its own, it can acknowledge nothing that could be
    /// lost.</summary>
    private static Pass WithSynchrony(Pass pass, InstanceUid winner, Instance old)
    {
        if (!pass.Settings.SynchronousReplicationInForce)
        {
            return pass.WithSpec(winner, Off);
        }

        var standbys = (old.Spec.SynchronousStandbys ?? [])
            .Select(uid => uid == winner ? old.Uid : uid)
            .ToSortedSet();
        var blocked = standbys.IsEmpty && pass.Settings.MinSynchronousStandbys > 0;
        pass = pass.WithSpec(winner, s => s with
        {
            SynchronousReplication = true,
            SynchronousStandbys = standbys,
            ExternalSynchronousStandbys = blocked ? [InstanceSpec.PlaceholderStandby] : ValueList<string>.Empty,
        });
        var instance = pass.Data.Instances[winner];
        return instance.Status.SynchronousStandbys is not { } known
            ? pass
            : pass.WithInstance(instance with
            {
                Status = instance.Status with { SynchronousStandbys = known.Intersect(standbys).ToSortedSet() },
            });
    }

    /// <summary>The specification without synchronous replication.</summary>
    internal static InstanceSpec Off(InstanceSpec spec) => spec with
    {
        SynchronousReplication = false,
        SynchronousStandbys = null,
        ExternalSynchronousStandbys = null,
    };
}
