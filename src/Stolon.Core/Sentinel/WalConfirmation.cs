using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>How far each standby has confirmed the primary's WAL, and since when it has confirmed nothing new though
/// there was something.</summary>
/// <remarks>Only fresh reports of the primary count. One that has confirmed all there is does not stand still, however
/// long nothing is written.</remarks>
internal static class WalConfirmation
{
    public static Pass Remember(Pass pass)
    {
        if (pass.Primary is not { } primary || !pass.HeardKeepers.Contains(primary.Spec.Keeper)
            || pass.View.Keepers[primary.Spec.Keeper].Postgres is not { Healthy: true, Streams: { } streams } report
            || report.Instance != primary.Uid)
        {
            return pass;
        }

        var before = pass.Memory.Confirmed;
        var confirmed = ValueMap<InstanceUid, Confirmed>.Empty;
        var told = streams.Where(s => s.Flushed != Lsn.Unknown && pass.Data.Instances.ContainsKey(s.Instance));
        foreach (var ours in told.GroupBy(s => s.Instance))
        {
            var (known, flushed) = (before.Find((InstanceUid?)ours.Key), ours.Max(s => s.Flushed));
            var stands = known?.Position == flushed && flushed < report.Position;
            confirmed = confirmed.With(ours.Key, stands ? known! : new Confirmed(
                flushed, pass.View.Now, Moves: known is not null && known.Position < flushed));
        }

        return pass with { Memory = pass.Memory with { Confirmed = confirmed } };
    }

    /// <summary>It has been seen to confirm more, and not long ago.</summary>
    public static bool Moves(Pass pass, InstanceUid standby) =>
        pass.Memory.Confirmed.TryGetValue(standby, out var known)
        && known.Moves
        && pass.View.Now - known.Since <= pass.Settings.FailInterval;

    /// <summary>Zero: it is not connected to the primary, moves, has everything, or has not said.</summary>
    public static TimeSpan StandsStillFor(Pass pass, InstanceUid standby) =>
        pass.Memory.Confirmed.TryGetValue(standby, out var stood) ? pass.View.Now - stood.Since : TimeSpan.Zero;
}
