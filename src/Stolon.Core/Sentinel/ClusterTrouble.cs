using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Why clients reach no primary that takes their writes, in words for the operator: what the other passes have
/// just noted, and would be lost with the log.</summary>
internal static class ClusterTrouble
{
    public static Pass Apply(Pass pass)
    {
        var closed = pass.Data is { Cluster.Phase: ClusterPhase.Normal, Proxy.Target: null };
        pass = pass with
        {
            Memory = pass.Memory with
            {
                ProxiesClosedSince = closed ? pass.Memory.ProxiesClosedSince ?? pass.View.Now : null,
            },
        };
        var cluster = pass.Data.Cluster;
        return pass with
        {
            Data = pass.Data with
            {
                Cluster = cluster with { Trouble = Trouble.Of(Reason(pass), cluster.Trouble, pass.View.WallNow) },
            },
        };
    }

    private static string? Reason(Pass pass)
    {
        if (pass.Notes.OfType<SentinelNote.DataHeldElsewhere>().FirstOrDefault() is { } held)
        {
            return held.Text;
        }

        if (pass.Notes.OfType<SentinelNote.NobodyElected>().FirstOrDefault() is { } nobody)
        {
            return Unreplaced(pass, nobody.Primary);
        }

        // A change of primary closes the proxies for a moment; that is no trouble.
        return pass.Memory.ProxiesClosedSince is { } since && pass.View.Now - since > 2 * pass.Settings.SleepInterval
            ? Closed(pass)
            : null;
    }

    private static string Unreplaced(Pass pass, InstanceUid uid)
    {
        var primary = pass.Data.Instances[uid];
        var fault = primary.Status.Trouble?.Reason
            ?? pass.Notes.OfType<SentinelNote.PrimaryNotOk>().FirstOrDefault()?.Why
            ?? "it is not usable";
        var others = pass.Notes.OfType<SentinelNote.CandidateRejected>().Select(r => $"{r.Keeper}: {r.Why}").ToList();
        return $"no eligible standby to replace primary {uid} on {primary.Spec.Keeper}, which is not usable ({fault}): "
            + (others.Count == 0 ? "there is no standby" : string.Join("; ", others));
    }

    private static string? Closed(Pass pass)
    {
        if (pass.Notes.OfType<SentinelNote.WaitingForProxies>().FirstOrDefault() is { } waiting)
        {
            return "the proxies are closed until all of them have let go of the old primary; still to do so: "
                + string.Join(", ", waiting.Proxies) + waiting.UnreadableText;
        }

        return pass.Primary is { } primary
            && pass.Notes.Any(n => n is SentinelNote.WaitingForPrimary)
            ? $"the proxies are closed until primary {primary.Uid} on {primary.Spec.Keeper} is ready: "
                + Wanting(primary)
            : null;
    }

    private static string Wanting(Instance primary) => primary switch
    {
        { Status.Trouble: { } trouble } => trouble.Reason,
        { Converged: false } => InstanceTrouble.Owed(primary),
        _ => "its newest report does not say that it is healthy",
    };
}
