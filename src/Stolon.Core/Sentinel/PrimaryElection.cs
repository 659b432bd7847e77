using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Keeps the primary, replaces it, or keeps a failed one because no standby can replace it
/// (docs/spec/sentinel.md 7.2, steps 2 and 3).</summary>
internal static class PrimaryElection
{
    public static DecisionState Apply(DecisionState state)
    {
        if (state.Primary is not { } primary)
        {
            return state.Reject(new SentinelNote.PrimaryMissing(state.Data.Cluster.Primary));
        }

        if (Fault(state, primary) is not { } fault)
        {
            return state;
        }

        state = state.WithNote(new SentinelNote.PrimaryNotOk(primary.Uid, fault));
        var candidates = Candidates.For(state, primary);
        foreach (var rejection in candidates.Rejected)
        {
            state = state.WithNote(rejection);
        }

        if (!candidates.Best.IsEmpty)
        {
            return PrimaryHandover.To(state, candidates.Best[0], primary);
        }

        state = state.WithNote(new SentinelNote.NoPrimaryElected(primary.Uid));
        return CommonTrouble(state, primary) is { } trouble
            ? state.WithNote(new SentinelNote.AllUnhealthy(primary.Uid, trouble))
            : state;
    }

    /// <summary>The trouble that the primary and each of its standbys report; null: not all of them do, or there is no
    /// standby. Another primary would not help then, and the present one may still serve.</summary>
    private static string? CommonTrouble(DecisionState state, Instance primary)
    {
        var standbys = state.Data.Instances.Values.Where(i => i.IsStandbyType && i.Uid != primary.Uid);
        var troubles = standbys.Prepend(primary).Select(i => ReportedTrouble(state, i)).ToList();
        return troubles.Count == 1 || troubles.Contains(null)
            ? null
            : string.Join("; ", troubles.OfType<string>().DistinctBy(MessageComparison.WithoutNumbers));
    }

    /// <summary>The trouble that its keeper reports now; null: none, or the keeper does not report.</summary>
    private static string? ReportedTrouble(DecisionState state, Instance instance) =>
        state.ReportingKeepers.Contains(instance.Spec.Keeper)
        && state.View.Keepers[instance.Spec.Keeper].Postgres is { Healthy: false } report
        && report.Instance == instance.Uid
            ? report.Reason ?? "PostgreSQL does not answer every query"
            : null;

    private static string? Fault(DecisionState state, Instance primary)
    {
        if (!primary.Status.Healthy)
        {
            return state.Data.Keepers.TryGetValue(primary.Spec.Keeper, out var keeper) && keeper.Status.Healthy
                ? primary.Status.Trouble?.Reason ?? "its PostgreSQL does not answer"
                : $"its keeper {primary.Spec.Keeper} has failed";
        }

        return Convergence.StateOf(state, primary, state.Settings.ConvergenceTimeout) == ConvergenceState.Failed
            ? $"it has not carried out generation {primary.Generation} in time"
            : null;
    }
}
