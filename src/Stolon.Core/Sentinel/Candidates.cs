using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>The instances that can replace the primary, best first, and why the others cannot (docs/spec/sentinel.md
/// 7).</summary>
internal sealed record Candidates(ValueList<Instance> Best, ValueList<SentinelNote.CandidateRejected> Rejected)
{
    public static Candidates For(DecisionState state, Instance primary)
    {
        var best = new List<Instance>();
        var rejected = new List<SentinelNote.CandidateRejected>();
        var confirmed = ConfirmedSynchronous(state, primary);
        foreach (var instance in state.Data.Instances.Values.Where(i => i.Uid != primary.Uid))
        {
            if (Objection(state, primary, instance, confirmed) is { } why)
            {
                rejected.Add(new SentinelNote.CandidateRejected(instance.Uid, instance.Spec.Keeper, why));
            }
            else
            {
                best.Add(instance);
            }
        }

        return new Candidates(MostAdvancedFirst(best), rejected.ToValueList());
    }

    /// <summary>By position, the most advanced first; equal ones by uid.</summary>
    internal static ValueList<Instance> MostAdvancedFirst(IEnumerable<Instance> instances) =>
        instances.OrderByDescending(i => i.Status.Position).ThenBy(i => i.Uid).ToValueList();

    /// <summary>The instances that certainly have every acknowledged commit; null: the primary does not replicate
    /// synchronously.</summary>
    /// <remarks>While an elected primary has not converged, the primary that it replaces is still among the instances.
    /// No client was routed to the elected one, and none of its writes was acknowledged, because its only synchronous
    /// standby is the one it replaces. So the replaced primary, and the standbys confirmed against it, have everything
    /// too.</remarks>
    private static ValueList<InstanceUid>? ConfirmedSynchronous(DecisionState state, Instance primary)
    {
        if (!primary.Spec.SynchronousReplication)
        {
            return null;
        }

        var replaced = state.Data.Instances.Values
            .Where(i => i.Uid != primary.Uid && i.IsPrimaryType && i.Spec.SynchronousReplication)
            .ToList();
        return Confirmed(primary)
            .Concat(replaced.Select(i => i.Uid))
            .Concat(replaced.SelectMany(Confirmed))
            .ToSortedSet();
    }

    private static IEnumerable<InstanceUid> Confirmed(Instance primary) =>
        (primary.Status.SynchronousStandbys ?? []).Intersect(primary.Spec.SynchronousStandbys ?? []);

    private static string? Objection(
        DecisionState state, Instance primary, Instance instance, ValueList<InstanceUid>? confirmed)
    {
        if (!instance.IsStandbyType && !instance.IsPrimaryType)
        {
            return "it has no role yet";
        }

        return InstanceJudgement.ValidityOf(instance, primary) switch
        {
            Validity.Unknown => "it has not reported any state yet",
            Validity.Invalid => "its history is not the primary's",
            _ => ConditionObjection(state, primary, instance) ?? SynchronyObjection(instance, confirmed),
        };
    }

    private static string? ConditionObjection(DecisionState state, Instance primary, Instance instance)
    {
        if (state.Unobserved.Contains(instance.Uid))
        {
            return "its keeper cannot observe it, and so could not promote it";
        }

        switch (InstanceJudgement.ConditionOf(state, instance))
        {
            case InstanceCondition.Failed:
                return "it is not healthy";
            case InstanceCondition.Converging:
                return "it has not carried out its generation yet";
        }

        if (!InstanceJudgement.IsHealthy(state, instance))
        {
            return UnhealthyReason(state, instance);
        }

        if (Refusal(state, instance) is { } refusal)
        {
            return $"its keeper would not promote it: {refusal}";
        }

        if (instance.Status.Timeline != primary.Status.Timeline && !IsOnItsHistory(state, instance, primary))
        {
            return $"it is on timeline {instance.Status.Timeline}, the primary on {primary.Status.Timeline}";
        }

        // Whether lag matters depends on how the failed primary replicated, not on what the specification says since
        // then.
        if (!primary.Spec.SynchronousReplication && LagOf(instance, primary) is var lag
            && lag > state.Settings.MaxStandbyLagBytes)
        {
            return $"it is {lag} bytes behind, the limit is {state.Settings.MaxStandbyLagBytes}";
        }

        return state.Data.Keepers.Find<KeeperUid, KeeperRecord>(instance.Spec.Keeper)?.Status.EligibleAsPrimary == false
            ? "its keeper may not become primary"
            : null;
    }

    /// <summary>A standby that had not yet followed the primary's own promotion, and has nothing that the primary
    /// lacks: a double failure. Positions are comparable across that point, so its lag is measured as usual.</summary>
    /// <remarks>If its position is exactly that point, its promotion would use the same timeline number as the primary.
    /// Its keeper must prevent that (<see cref="Keeper.KeeperStep.NoteTimeline"/>); keepers that report slots
    /// do.</remarks>
    private static bool IsOnItsHistory(DecisionState state, Instance instance, Instance primary) =>
        instance.IsStandbyType
        && EarlierTimeline.ForkOf(primary.Status, instance.Status) is { } fork
        && (instance.Status.Position < fork.SwitchPoint
            || (instance.Status.Position == fork.SwitchPoint
                && state.View.Keepers[instance.Spec.Keeper].Postgres?.Slots is not null));

    /// <summary>The keeper's complaint about the cluster data or its own data: with that, it does not promote its
    /// instance.</summary>
    private static string? Refusal(DecisionState state, Instance instance) =>
        state.View.Keepers[instance.Spec.Keeper].Complaints
        .FirstOrDefault(c => c.Subject == ComplaintSubject.Data)?.Text;

    /// <summary>Such an instance counts as healthy until failInterval has passed. That tolerance is for the present
    /// primary, not for a candidate.</summary>
    private static string UnhealthyReason(DecisionState state, Instance instance) =>
        InstanceTrouble.Reason(state, instance) is { } reason
            ? $"its latest report is not healthy: {reason}"
            : "its latest report is not healthy";

    private static string? SynchronyObjection(Instance instance, ValueList<InstanceUid>? confirmed) =>
        confirmed is { } those && !those.Contains(instance.Uid)
            ? "it is not known to have every acknowledged commit"
            : null;

    private static long LagOf(Instance instance, Instance primary) =>
        instance.Status.Position.BytesBehind(primary.Status.Position);
}
