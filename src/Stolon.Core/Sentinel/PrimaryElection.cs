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

        return candidates.Best.IsEmpty
            ? pass.Noting(new SentinelNote.NobodyElected(primary.Uid))
            : PrimaryHandover.To(pass, candidates.Best[0], primary);
    }

    private static string? Fault(Pass pass, Instance primary)
    {
        if (!primary.Status.Healthy)
        {
            return pass.Data.Keepers.TryGetValue(primary.Spec.Keeper, out var keeper) && keeper.Status.Healthy
                ? "its PostgreSQL does not answer"
                : $"its keeper {primary.Spec.Keeper} is failed";
        }

        return Convergence.StateOf(pass, primary, pass.Settings.ConvergenceTimeout) == ConvergenceState.Failed
            && !UnobservedInstance.ServesClients(pass, primary)
            ? $"it has not carried out generation {primary.Generation} in time"
            : null;
    }
}
