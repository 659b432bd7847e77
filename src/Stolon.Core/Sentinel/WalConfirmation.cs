using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>How much of the primary's WAL each standby has confirmed, and since when it has confirmed nothing new
/// although there was more.</summary>
/// <remarks>Only fresh reports of the primary count. A standby that has confirmed all WAL is not stalled, however long
/// nothing is written.</remarks>
internal static class WalConfirmation
{
    public static DecisionState Remember(DecisionState state)
    {
        if (state.Primary is not { } primary || !state.ReportingKeepers.Contains(primary.Spec.Keeper)
            || state.View.Keepers[primary.Spec.Keeper].Postgres is not { Healthy: true, Streams: { } streams } report
            || report.Instance != primary.Uid)
        {
            return state;
        }

        var before = state.Memory.Confirmed;
        var confirmed = ValueMap<InstanceUid, Confirmed>.Empty;
        var reported = streams.Where(s => s.Flushed != Lsn.Unknown && state.Data.Instances.ContainsKey(s.Instance));
        foreach (var ours in reported.GroupBy(s => s.Instance))
        {
            var (known, flushed) = (before.Find((InstanceUid?)ours.Key), ours.Max(s => s.Flushed));
            var stands = known?.Position == flushed && flushed < report.Position;
            confirmed = confirmed.With(ours.Key, stands ? known! : new Confirmed(
                flushed, state.View.Now, IsAdvancing: known is not null && known.Position < flushed));
        }

        return state with { Memory = state.Memory with { Confirmed = confirmed } };
    }

    /// <summary>It has confirmed more within the last failInterval.</summary>
    public static bool IsAdvancing(DecisionState state, InstanceUid standby) =>
        state.Memory.Confirmed.TryGetValue(standby, out var known)
        && known.IsAdvancing
        && state.View.Now - known.Since <= state.Settings.FailInterval;

    /// <summary>Zero: it is not connected to the primary, advances, has all WAL, or has reported nothing.</summary>
    public static TimeSpan StalledFor(DecisionState state, InstanceUid standby) =>
        state.Memory.Confirmed.TryGetValue(standby, out var stalled) ? state.View.Now - stalled.Since : TimeSpan.Zero;
}
