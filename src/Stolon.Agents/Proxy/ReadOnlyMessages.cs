using Stolon.Agents.Ports.Proxy;
using Stolon.Core.Model;
using Stolon.Core.Proxy;

namespace Stolon.Agents.Proxy;

/// <summary>A decision about the read-only port, for the log and the metrics.</summary>
internal static class ReadOnlyMessages
{
    public static CutCause CauseOf(InstanceUid instance, ReadRouteDecision decision) =>
        decision.Refused.TryGetValue(instance, out var refusal)
            ? refusal.Reason switch
            {
                RefusalReason.NotAStandby => CutCause.StandbyPromoted,
                RefusalReason.TooManyBytesBehind or RefusalReason.TooLongBehind => CutCause.StandbyBehind,
                _ => CutCause.StandbyGone,
            }
            : CutCause.StandbyGone;

    /// <summary>The description without numbers: it changes only when something else does.</summary>
    public static string KindOf(ReadRouteDecision decision) => Describe(decision, r => Words(r.Reason));

    public static string Describe(ReadRouteDecision decision) => Describe(decision, r => Words(r.Reason) + Lag(r.Lag));

    private static string Describe(ReadRouteDecision decision, Func<StandbyRefusal, string> words)
    {
        var targets = decision.Targets.Select(t => $"{t.Instance} at {t.Address}{(t.Behind ? " (behind)" : "")}");
        var refused = decision.Refused
            .Where(r => r.Value.Reason != RefusalReason.NotAStandby)
            .Select(r => $"{r.Key} {words(r.Value)}");
        var reads = decision.Targets.IsEmpty ? "no standby to read from" : $"reading from {string.Join(", ", targets)}";
        return string.Join("; ", [reads, .. refused]);
    }

    private static string Words(RefusalReason reason) => reason switch
    {
        RefusalReason.NotAStandby => "is no standby",
        RefusalReason.NotHealthy => "is not healthy",
        RefusalReason.NotConverged => "has not carried out its specification",
        RefusalReason.AnotherTimeline => "is not on the primary's timeline",
        RefusalReason.NoAddress => "has no address of its own",
        RefusalReason.TooManyBytesBehind => "is too many bytes behind",
        RefusalReason.TooLongBehind => "is behind for too long",
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static string Lag(StandbyLag? lag) => lag switch
    {
        null => "",
        { Time: { } time } => $" ({lag.Bytes} bytes, {time.TotalSeconds:0} s)",
        _ => $" ({lag.Bytes} bytes, longer than is known)",
    };
}
