using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>Which standbys are removed because of the WAL that the primary keeps for them. Only slots of our standbys
/// are dropped for it, and never the slot of one that confirms new WAL.</summary>
internal static class WalRetention
{
    /// <summary>PostgreSQL keeps less than this in any case; it is not worth a clone.</summary>
    private const long MinRetainedBytes = 128L << 20;

    /// <summary>PostgreSQL's tools confirm received WAL every ten seconds, with a slow disk later.</summary>
    private static readonly TimeSpan MinStallTime = TimeSpan.FromMinutes(1);

    /// <returns>Null: it is kept.</returns>
    public static string? Reason(DecisionState state, Instance standby, Instance primary)
    {
        if (!standby.IsStandbyType
            || ReportOf(state, primary) is not { } report
            || SlotOf(report, standby) is not { } slot)
        {
            return null;
        }

        if (slot.Lost && !IsConnected(report, slot, standby))
        {
            // A standby that has every acknowledged commit is removed only if no other one can replace it in the list.
            return IsNeeded(primary, standby) && AnotherStandbyStreams(report, standby)
                ? null
                : "the primary no longer keeps the WAL it needs: its replication slot is lost";
        }

        return report.WalDisk is { NearlyFull: true } disk
            && IsRemovable(state, report, slot, standby, primary)
            && slot.RetainedBytes == MostRetained(state, report, primary)
                ? $"the primary's disk is nearly full, {ByteSize.Text(disk.FreeBytes)} of "
                    + $"{ByteSize.Text(disk.TotalBytes)} are left, and {ByteSize.Text(slot.RetainedBytes)} of WAL are "
                    + "kept for this one, which "
                    + (IsConnected(report, slot, standby)
                        ? "is connected and has confirmed no more of it for "
                            + $"{WalConfirmation.StalledFor(state, standby.Uid).TotalSeconds:0} s"
                        : "does not stream")
                : null;
    }

    /// <summary>The standby with the most retained WAL goes first.</summary>
    private static long MostRetained(DecisionState state, PostgresReport report, Instance primary) =>
        state.Data.Instances.Values
        .Where(i => i.IsStandbyType && i.Uid != primary.Uid)
        .Select(i => (Standby: i, Slot: SlotOf(report, i)))
        .Where(e => e.Slot is not null && IsRemovable(state, report, e.Slot, e.Standby, primary))
        .Max(e => e.Slot!.RetainedBytes);

    private static bool IsRemovable(
        DecisionState state, PostgresReport report, SlotUse slot, Instance standby, Instance primary) =>
        slot.RetainedBytes >= MinRetainedBytes
        && !IsNeeded(primary, standby)
        && (IsConnected(report, slot, standby)
            ? IsStalled(state, standby)
            : !standby.Status.Healthy
                || InstanceJudgement.ConditionOf(state, standby) == InstanceCondition.Failed
                || StreamObservation.IsOverdue(state, standby.Uid));

    private static bool IsStalled(DecisionState state, Instance standby) =>
        WalConfirmation.StalledFor(state, standby.Uid) is var stalled
        && stalled > state.Settings.FailInterval
        && stalled > MinStallTime;

    private static bool IsConnected(PostgresReport report, SlotUse slot, Instance standby) =>
        slot.Active || (report.Streams ?? []).Any(s => s.Instance == standby.Uid);

    private static bool AnotherStandbyStreams(PostgresReport report, Instance standby) =>
        (report.Streams ?? []).Any(s => s.Streams && s.Instance != standby.Uid);

    private static bool IsNeeded(Instance primary, Instance standby) =>
        (primary.Spec.SynchronousStandbys ?? []).Contains(standby.Uid)
        || (primary.Status.SynchronousStandbys ?? []).Contains(standby.Uid);

    private static SlotUse? SlotOf(PostgresReport report, Instance standby) =>
        (report.Slots ?? []).FirstOrDefault(s => s.Name == ReplicationSlotName.Of(standby.Uid));

    /// <summary>Only a fresh report: slots are dropped and created again.</summary>
    private static PostgresReport? ReportOf(DecisionState state, Instance primary) =>
        state.ReportingKeepers.Contains(primary.Spec.Keeper)
        && state.View.Keepers[primary.Spec.Keeper].Postgres is { Healthy: true } report
        && report.Instance == primary.Uid
            ? report
            : null;
}
