using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>Removes instances whose data cannot be used any more; their keepers become free for new standbys
/// (docs/spec/sentinel.md 7.2, 5.3 a to c).</summary>
internal static class StandbyRetirement
{
    /// <summary>For how many reporting intervals a standby's position must not change before its missing WAL counts
    /// (docs/spec/sentinel.md 9).</summary>
    private const int StalledIntervals = 10;

    public static DecisionState Apply(DecisionState state)
    {
        var primary = state.Primary!;
        foreach (var instance in state.Data.Instances.Values.Where(i => i.Uid != primary.Uid))
        {
            if (Reason(state, instance, primary) is { } why)
            {
                state = state.WithoutInstance(instance.Uid)
                    .WithNote(new SentinelNote.InstanceRemoved(instance.Uid, instance.Spec.Keeper, why));
            }
        }

        return state;
    }

    private static string? Reason(DecisionState state, Instance instance, Instance primary)
    {
        if (instance.IsPrimaryType)
        {
            return "it is a primary that was replaced";
        }

        if (InstanceJudgement.ValidityOf(instance, primary) == Validity.Invalid)
        {
            return "its history is not the primary's";
        }

        if (LostItsData(state, instance))
        {
            return "its keeper has lost its data";
        }

        if (WalRetention.Reason(state, instance, primary) is { } burden)
        {
            return burden;
        }

        if (!IsStalled(state, instance))
        {
            return null;
        }

        if (LeftBehind(instance, primary))
        {
            return "it does not advance, on a timeline older than the primary's known history";
        }

        return CanSync(instance, primary) ? null : "the primary no longer has the WAL it needs";
    }

    /// <summary>A complete instance that has failed and whose keeper reports that it has no data of it: it cannot come
    /// back. stolon keeps it, and its keeper waits forever, unless there are enough other standbys.</summary>
    private static bool LostItsData(DecisionState state, Instance instance) =>
        instance is { Spec.InitMode: InstanceInitMode.None, Status.Healthy: false }
        && state.ReportingKeepers.Contains(instance.Spec.Keeper)
        && state.View.Keepers[instance.Spec.Keeper].Postgres is { } report
        && report.Instance != instance.Uid;

    /// <summary>Measured in time, not in checks, because checks come at irregular intervals.</summary>
    private static bool IsStalled(DecisionState state, Instance instance) =>
        instance.IsStandbyType
        && instance.Status.Healthy
        && state.Memory.Positions.TryGetValue(instance.Uid, out var stalled)
        && state.View.Now - stalled.Since > StalledIntervals * state.Settings.SleepInterval;

    /// <summary>Only the last two switches are reported, so it is not known whether such a standby left the primary's
    /// history; but one that could follow would advance. stolon keeps it forever as a healthy standby.</summary>
    private static bool LeftBehind(Instance instance, Instance primary) =>
        instance.Status.Timeline > Timeline.Unknown
        && instance.Status.Timeline < primary.Status.Timeline
        && primary.Status.TimelineHistory.All(h => h.Timeline != instance.Status.Timeline);

    private static bool CanSync(Instance instance, Instance primary) =>
        instance.Generation == Generation.First
        || instance.Status.Position == primary.Status.Position
        || WalFileName.CanSync(instance.Status.Position, primary.Status.OldestWalFile);
}
