using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>Whether an instance's data belongs to the primary's history (sentinel.md 7, "Validity").</summary>
internal enum Validity
{
    /// <summary>It has never reported a generation.</summary>
    Unknown,
    Valid,

    /// <summary>Another cluster's data, or another branch of history.</summary>
    Invalid,
}

/// <summary>What an instance is good for now (sentinel.md 7, "Status").</summary>
internal enum InstanceCondition
{
    Good,
    Converging,
    Failed,
}

/// <summary>The questions every pass asks about an instance.</summary>
internal static class InstanceJudgement
{
    public static Validity ValidityOf(Instance instance, Instance primary)
    {
        if (instance.Status.CurrentGeneration == Generation.None)
        {
            return Validity.Unknown;
        }

        // An identifier that is not known proves nothing; an instance must not be thrown away for it.
        var foreign = !string.IsNullOrEmpty(instance.Status.SystemIdentifier)
            && !string.IsNullOrEmpty(primary.Status.SystemIdentifier)
            && instance.Status.SystemIdentifier != primary.Status.SystemIdentifier;
        return foreign || LeftHistoryOf(primary, instance) ? Validity.Invalid : Validity.Valid;
    }

    /// <summary>A standby cluster's primary follows a server outside onto a new timeline, and its own standbys with
    /// it: one whose report is newer is ahead of it, not on another branch.</summary>
    private static bool LeftHistoryOf(Instance primary, Instance instance) =>
        primary.Spec.Follow is FollowSource.External && instance.Status.Timeline > primary.Status.Timeline
            ? TimelineFork.OnDifferentBranch(PositionOf(instance), PositionOf(primary))
            : TimelineFork.OnDifferentBranch(PositionOf(primary), PositionOf(instance));

    public static InstanceCondition ConditionOf(DecisionState state, Instance instance)
    {
        if (state.Data.Keepers.Find<KeeperUid, KeeperRecord>(instance.Spec.Keeper) is not { Status.Healthy: true })
        {
            return InstanceCondition.Failed;
        }

        return Convergence.StateOf(state, instance, Convergence.TimeoutOf(state, instance)) switch
        {
            ConvergenceState.Failed => InstanceCondition.Failed,
            ConvergenceState.Converging => InstanceCondition.Converging,
            ConvergenceState.Converged =>
                instance.Status.Healthy ? InstanceCondition.Good : InstanceCondition.Failed,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
    }

    /// <summary>A standby of this cluster, of the primary's history, healthy and converged.</summary>
    public static bool IsGoodStandby(DecisionState state, Instance instance, Instance primary) =>
        instance.IsStandbyType
        && ValidityOf(instance, primary) == Validity.Valid
        && ConditionOf(state, instance) == InstanceCondition.Good;

    public static ValueList<Instance> GoodStandbys(DecisionState state, Instance primary) =>
        state.Data.Instances.Values.Where(i => IsGoodStandby(state, i, primary)).ToValueList();

    /// <summary>Its newest report says that it is healthy, and came when it was due, or at most one interval later. The
    /// tolerance of failInterval is for who is in office: whoever is to take an office must be well now.</summary>
    public static bool IsHealthy(DecisionState state, Instance instance) =>
        KeeperObservation.IsPunctual(state, instance.Spec.Keeper)
        && state.View.Keepers[instance.Spec.Keeper].Postgres is { Healthy: true } report
        && report.Instance == instance.Uid;

    /// <summary>Its keeper says that it does nothing of what is assigned to it until a person has acted (no room and
    /// the last copy, another cluster's data): it may never come, and nobody waits for it.</summary>
    public static bool IsRefused(DecisionState state, Instance instance) =>
        state.ReportingKeepers.Contains(instance.Spec.Keeper)
        && state.View.Keepers[instance.Spec.Keeper].Complaints.Any(c => c.Refusal);

    public static TimelinePosition PositionOf(Instance instance) => new(
        instance.Status.Timeline, instance.Status.Position, instance.Status.TimelineHistory);
}
