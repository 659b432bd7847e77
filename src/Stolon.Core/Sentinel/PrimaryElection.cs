using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Keeps the primary, replaces it, or leaves it because nobody may take its place (sentinel.md 7.2, steps 2
/// and 3).</summary>
internal static class PrimaryElection
{
    public static Pass Apply(Pass pass)
    {
        if (pass.Primary is not { } primary)
        {
            return pass.Refusing(new SentinelNote.PrimaryMissing(pass.Data.Cluster.Primary));
        }

        if (Fault(pass, primary) is not { } fault)
        {
            return pass;
        }

        pass = pass.Noting(new SentinelNote.PrimaryNotOk(primary.Uid, fault));
        var candidates = Candidates.For(pass, primary);
        foreach (var rejection in candidates.Rejected)
        {
            pass = pass.Noting(rejection);
        }

        if (!candidates.Best.IsEmpty)
        {
            return PrimaryHandover.To(pass, candidates.Best[0], primary);
        }

        pass = pass.Noting(new SentinelNote.NobodyElected(primary.Uid));
        return CommonTrouble(pass, primary) is { } trouble
            ? pass.Noting(new SentinelNote.TroubleOfAll(primary.Uid, trouble))
            : pass;
    }

    /// <summary>What the primary and each of its standbys say ails them; null: not all of them say so, or there is no
    /// standby. Another primary would not help then, and the present one may serve yet.</summary>
    private static string? CommonTrouble(Pass pass, Instance primary)
    {
        var standbys = pass.Data.Instances.Values.Where(i => i.IsStandbyType && i.Uid != primary.Uid);
        var troubles = standbys.Prepend(primary).Select(i => ReportedTrouble(pass, i)).ToList();
        return troubles.Count == 1 || troubles.Contains(null)
            ? null
            : string.Join("; ", troubles.OfType<string>().DistinctBy(Wording.WithoutNumbers));
    }

    /// <summary>What its keeper says of it now; null: nothing, or nobody hears the keeper.</summary>
    private static string? ReportedTrouble(Pass pass, Instance instance) =>
        pass.HeardKeepers.Contains(instance.Spec.Keeper)
        && pass.View.Keepers[instance.Spec.Keeper].Postgres is { Healthy: false } report
        && report.Instance == instance.Uid
            ? report.Reason ?? "PostgreSQL does not answer every question"
            : null;

    private static string? Fault(Pass pass, Instance primary)
    {
        if (!primary.Status.Healthy)
        {
            return pass.Data.Keepers.TryGetValue(primary.Spec.Keeper, out var keeper) && keeper.Status.Healthy
                ? primary.Status.Trouble?.Reason ?? "its PostgreSQL does not answer"
                : $"its keeper {primary.Spec.Keeper} is failed";
        }

        return Convergence.StateOf(pass, primary, pass.Settings.ConvergenceTimeout) == ConvergenceState.Failed
            ? $"it has not carried out generation {primary.Generation} in time"
            : null;
    }
}
