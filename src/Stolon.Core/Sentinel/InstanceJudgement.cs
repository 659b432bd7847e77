using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>Whether an instance's data belong to the primary's history (docs/spec/sentinel.md 7, "Validity").</summary>
internal enum Validity
{
    /// <summary>It has never reported a generation.</summary>
    Unknown,
    Valid,

    /// <summary>Another cluster's data, or another branch of history.</summary>
    Invalid,
}

/// <summary>Whether an instance can be used now (docs/spec/sentinel.md 7, "Status").</summary>
internal enum InstanceCondition
{
    Good,
    Converging,
    Failed,
}

/// <summary>The criteria that several steps apply to an instance.</summary>
internal static class InstanceJudgement
{
    public static Validity ValidityOf(Instance instance, Instance primary)
    {
        if (instance.Status.CurrentGeneration == Generation.None)
        {
            return Validity.Unknown;
        }

        // An unknown identifier proves nothing; an instance must not be removed for it.
        var foreign = !string.IsNullOrEmpty(instance.Status.SystemIdentifier)
            && !string.IsNullOrEmpty(primary.Status.SystemIdentifier)
            && instance.Status.SystemIdentifier != primary.Status.SystemIdentifier;
        return foreign || LeftHistoryOf(primary, instance) ? Validity.Invalid : Validity.Valid;
    }

    /// <summary>A standby cluster's primary follows an external server onto a new timeline, and its own standbys do
    /// too. An instance with a newer report may be ahead of the primary; it is not on another branch.</summary>
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

    /// <summary>A standby of this cluster with the primary's history, healthy and converged.</summary>
    public static bool IsGoodStandby(DecisionState state, Instance instance, Instance primary) =>
        instance.IsStandbyType
        && ValidityOf(instance, primary) == Validity.Valid
        && ConditionOf(state, instance) == InstanceCondition.Good;

    public static ValueList<Instance> GoodStandbys(DecisionState state, Instance primary) =>
        state.Data.Instances.Values.Where(i => IsGoodStandby(state, i, primary)).ToValueList();

    /// <summary>Its latest report is healthy, and at most one interval late. The tolerance of failInterval is for the
    /// present primary and standbys; an instance that is to get a new role must be healthy now.</summary>
    public static bool IsHealthy(DecisionState state, Instance instance) =>
        KeeperObservation.IsPunctual(state, instance.Spec.Keeper)
        && state.View.Keepers[instance.Spec.Keeper].Postgres is { Healthy: true } report
        && report.Instance == instance.Uid;

    /// <summary>Its keeper reports that it does nothing until an operator acts (no room and the last copy, another
    /// cluster's data). It may never be ready, so the sentinel does not wait for it.</summary>
    public static bool IsRefused(DecisionState state, Instance instance) =>
        state.ReportingKeepers.Contains(instance.Spec.Keeper)
        && state.View.Keepers[instance.Spec.Keeper].Complaints.Any(c => c.Refusal);

    public static TimelinePosition PositionOf(Instance instance) => new(
        instance.Status.Timeline, instance.Status.Position, instance.Status.TimelineHistory);
}
