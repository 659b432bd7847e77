using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>Which of the required synchronous standbys are known to have every acknowledged commit
/// (docs/spec/sentinel.md 8.1).</summary>
/// <remarks>PostgreSQL reports a standby as "sync" as soon as it streams with priority, even shortly before it has
/// caught up with what was acknowledged without it. So a standby is confirmed only when its own position has reached
/// the primary's position at the time when the primary, with its configuration in force, first reported it in sync.
/// Every later commit has waited for it.</remarks>
internal static class SynchronousStandbyConfirmation
{
    public static DecisionState Apply(DecisionState state)
    {
        var primary = state.Primary!;
        // As sets: stolon writes the confirmed ones in the order in which they came.
        var required = (primary.Spec.SynchronousStandbys ?? []).ToSortedSet();
        var confirmed = (primary.Status.SynchronousStandbys ?? []).Intersect(required).ToSortedSet();
        var thresholds = Thresholds(state, primary, [.. required.Except(confirmed)]);
        var caughtUp = thresholds.Positions
            .Where(t => state.Data.Instances.TryGetValue(t.Key, out var i) && i.Status.Position >= t.Value)
            .Select(t => t.Key);
        confirmed = confirmed.Concat(caughtUp).ToSortedSet();
        state = state with { Memory = state.Memory with { SyncThresholds = thresholds } };

        // A required standby cannot become synchronous: the required ones become the confirmed ones again, and the next
        // standby is chosen from there.
        var unreachable = required.Except(confirmed).Any(uid => !IsGood(state, uid, primary));
        return state.WithInstance(primary with
        {
            Spec = unreachable ? primary.Spec with { SynchronousStandbys = confirmed } : primary.Spec,
            Status = primary.Status with { SynchronousStandbys = confirmed },
        });
    }

    /// <remarks>Only a report that is fresh in this decision counts: an older one may belong to an earlier
    /// configuration.</remarks>
    private static SyncThresholds Thresholds(DecisionState state, Instance primary, ValueList<InstanceUid> awaited)
    {
        var positions = state.Memory.SyncThresholds is { } earlier
            && (earlier.Primary, earlier.Generation) == (primary.Uid, primary.Generation)
                ? earlier.Positions.Where(p => awaited.Contains(p.Key)).ToValueMap()
                : ValueMap<InstanceUid, Lsn>.Empty;
        if (state.ReportingKeepers.Contains(primary.Spec.Keeper)
            && state.Memory.ReportedSync.TryGetValue(primary.Uid, out var reported))
        {
            positions = awaited.Intersect(reported).ToValueMap(
                uid => uid, uid => positions.TryGetValue(uid, out var at) ? at : primary.Status.Position);
        }

        return new SyncThresholds(primary.Uid, primary.Generation, positions);
    }

    private static bool IsGood(DecisionState state, InstanceUid uid, Instance primary) =>
        state.Data.Instances.TryGetValue(uid, out var instance)
        && InstanceJudgement.IsGoodStandby(state, instance, primary)
        && !StreamObservation.IsOverdue(state, uid);
}
