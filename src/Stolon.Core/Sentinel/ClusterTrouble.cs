using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Why clients reach no primary that accepts writes, for the operator. The reasons come from this decision's
/// notes, which otherwise would be in the log only.</summary>
internal static class ClusterTrouble
{
    public static DecisionState Apply(DecisionState state)
    {
        var isClosed = state.Data is { Cluster.Phase: ClusterPhase.Normal, Proxy.Target: null };
        state = state with
        {
            Memory = state.Memory with
            {
                ProxiesClosedSince = isClosed ? state.Memory.ProxiesClosedSince ?? state.View.Now : null,
            },
        };
        var cluster = state.Data.Cluster;
        return state with
        {
            Data = state.Data with
            {
                Cluster = cluster with { Trouble = Trouble.Of(Reason(state), cluster.Trouble, state.View.WallNow) },
            },
        };
    }

    private static string? Reason(DecisionState state)
    {
        if (state.Notes.OfType<SentinelNote.DataHeldElsewhere>().FirstOrDefault() is { } held)
        {
            return held.Text;
        }

        if (state.Notes.OfType<SentinelNote.NoPrimaryElected>().FirstOrDefault() is { } noPrimary)
        {
            return NotReplacedReason(state, noPrimary.Primary);
        }

        // A change of primary closes the proxies for a moment; that is not reported.
        return state.Memory.ProxiesClosedSince is { } since && state.View.Now - since > 2 * state.Settings.SleepInterval
            ? Closed(state)
            : null;
    }

    private static string NotReplacedReason(DecisionState state, InstanceUid uid)
    {
        var primary = state.Data.Instances[uid];
        var fault = primary.Status.Trouble?.Reason
            ?? state.Notes.OfType<SentinelNote.PrimaryNotOk>().FirstOrDefault()?.Why
            ?? "it is not usable";
        var others = state.Notes.OfType<SentinelNote.CandidateRejected>().Select(r => $"{r.Keeper}: {r.Why}").ToList();
        return $"no eligible standby to replace primary {uid} on {primary.Spec.Keeper}, which is not usable ({fault}): "
            + (others.Count == 0 ? "there is no standby" : string.Join("; ", others));
    }

    private static string? Closed(DecisionState state)
    {
        if (state.Notes.OfType<SentinelNote.WaitingForProxies>().FirstOrDefault() is { } waiting)
        {
            return "the proxies are closed until all of them have disconnected from the old primary; waiting for: "
                + string.Join(", ", waiting.Proxies) + waiting.UnreadableText;
        }

        return state.Primary is { } primary
            && state.Notes.Any(n => n is SentinelNote.WaitingForPrimary)
            ? $"the proxies are closed until primary {primary.Uid} on {primary.Spec.Keeper} is ready: "
                + NotReadyReason(primary)
            : null;
    }

    private static string NotReadyReason(Instance primary) => primary switch
    {
        { Status.Trouble: { } trouble } => trouble.Reason,
        { Converged: false } => InstanceTrouble.UnconfirmedGeneration(primary),
        _ => "its latest report is not healthy",
    };
}
