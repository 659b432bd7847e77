using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Makes the winner the primary, and first closes all proxies (docs/spec/sentinel.md 7.2, step 4).</summary>
internal static class PrimaryHandover
{
    public static DecisionState To(DecisionState state, Instance winner, Instance old)
    {
        var follow = state.Settings.Role == ClusterRole.Standby ? Initialization.ExternalSource(state.Settings) : null;
        state = state
            .WithSpec(old.Uid, s => s with { Followers = [] })
            .WithSpec(winner.Uid, s => s with
            {
                Role = follow is null ? InstanceRole.Primary : InstanceRole.Standby,
                Follow = follow,
            })
            .WithCluster(state.Data.Cluster with { Primary = winner.Uid });
        state = WithSynchrony(ProxyRouting.Close(state), winner.Uid, old);
        return (state with { Elected = true })
            .WithNote(new SentinelNote.PrimaryElected(winner.Uid, winner.Spec.Keeper, old.Uid));
    }

    /// <summary>The winner's commits wait for the primary that it replaces and for that one's other synchronous
    /// standbys. Until the winner has converged and has standbys of its own, it cannot acknowledge a commit that could
    /// be lost.</summary>
    private static DecisionState WithSynchrony(DecisionState state, InstanceUid winner, Instance old)
    {
        if (!state.Settings.SynchronousReplicationInForce)
        {
            return state.WithSpec(winner, Off);
        }

        var standbys = (old.Spec.SynchronousStandbys ?? [])
            .Select(uid => uid == winner ? old.Uid : uid)
            .ToSortedSet();
        var blocked = standbys.IsEmpty && state.Settings.MinSynchronousStandbys > 0;
        state = state.WithSpec(winner, s => s with
        {
            SynchronousReplication = true,
            SynchronousStandbys = standbys,
            ExternalSynchronousStandbys = blocked ? [InstanceSpec.PlaceholderStandby] : ValueList<string>.Empty,
        });
        var instance = state.Data.Instances[winner];
        return instance.Status.SynchronousStandbys is not { } known
            ? state
            : state.WithInstance(instance with
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
