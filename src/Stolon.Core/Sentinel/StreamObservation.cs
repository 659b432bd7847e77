using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Which healthy standbys receive no WAL: because of a wrong password, pg_hba.conf, a network that is cut
/// between two hosts only, a full disk, a missing or lost slot. Only the primary's report shows it.</summary>
/// <remarks>A gap is measured from the first report in which a standby is not connected, or has confirmed less than the
/// primary's position at that time. Only fresh reports of the primary's present generation start a gap, and only for a
/// standby that is healthy by its own report and has carried out its generation: one that is being started does not
/// stream yet. A gap ends when the standby streams and has confirmed what the primary had when the gap began; a standby
/// that only connects for a moment repeatedly does not end it. If the primary does not report its streams (stolon's
/// keepers), there are no gaps.</remarks>
internal static class StreamObservation
{
    public static DecisionState Apply(DecisionState state)
    {
        if (state.View.Data.Cluster.Phase != ClusterPhase.Normal
            || state.Primary is not { } primary
            || !KeeperObservation.IsPunctual(state, primary.Spec.Keeper))
        {
            return With(state, ValueMap<InstanceUid, StreamGap>.Empty);
        }

        var gaps = ValueMap<InstanceUid, StreamGap>.Empty;
        foreach (var standby in state.Data.Instances.Values.Where(i => i.IsStandbyType && i.Uid != primary.Uid))
        {
            var known = state.Memory.StreamGaps.TryGetValue(standby.Uid, out var seen) && seen.Primary == primary.Uid
                ? seen
                : null;
            if (GapOf(state, primary, standby, known) is { } gap)
            {
                gaps = gaps.With(standby.Uid, gap);
                state = state.DueAt(gap.Since + state.Settings.FailInterval + KeeperObservation.Epsilon);
            }
        }

        state = With(state, gaps);
        foreach (var standby in gaps.Keys.Where(uid => IsOverdue(state, uid)))
        {
            state = Note(state, primary, state.Data.Instances[standby]);
        }

        return state;
    }

    /// <summary>It has received or confirmed no WAL for longer than failInterval.</summary>
    public static bool IsOverdue(DecisionState state, InstanceUid standby) =>
        state.Memory.StreamGaps.TryGetValue(standby, out var gap)
        && state.View.Now - gap.Since > state.Settings.FailInterval;

    /// <summary>It streams by the primary's latest report, or that report has no streams.</summary>
    public static bool MayStream(DecisionState state, Instance primary, InstanceUid standby) =>
        Report(state, primary) is { } report
        && (report.Streams is not { } streams || streams.Any(s => s.Instance == standby && s.Streams));

    private static StreamGap? GapOf(DecisionState state, Instance primary, Instance standby, StreamGap? known)
    {
        if (!standby.Converged || !InstanceJudgement.IsHealthy(state, standby))
        {
            return null;
        }

        if (!state.ReportingKeepers.Contains(primary.Spec.Keeper)
            || Report(state, primary) is not { Healthy: true } report)
        {
            return known;
        }

        if (report.Streams is not { } streams)
        {
            return null;
        }

        var here = streams.Where(s => s.Instance == standby.Uid && s.Streams).ToList();
        if (here.Exists(s => known is null || s.Flushed >= known.Position))
        {
            known = null;
            if (here.Exists(s => s.Flushed >= report.Position))
            {
                return null;
            }
        }

        return known is null && report.Generation == primary.Generation
            ? new StreamGap(primary.Uid, report.Position, state.View.Now)
            : known;
    }

    private static PostgresReport? Report(DecisionState state, Instance primary) =>
        KeeperObservation.CurrentReport(state, primary.Spec.Keeper)?.Postgres is { } report
            && report.Instance == primary.Uid
            ? report
            : null;

    /// <summary>An unhealthy instance already has a trouble.</summary>
    private static DecisionState Note(DecisionState state, Instance primary, Instance standby)
    {
        var reason = Connection(state, primary, standby);
        state = state.WithNote(new SentinelNote.StandbyWithoutWal(standby.Uid, standby.Spec.Keeper, reason));
        if (standby.Status.Trouble is not null)
        {
            return state;
        }

        var before = state.View.Data.Instances.Find(standby.Uid)?.Status.Trouble;
        var trouble = Trouble.Of(reason, before, state.View.WallNow);
        return state.WithInstance(standby with { Status = standby.Status with { Trouble = trouble } });
    }

    private static string Connection(DecisionState state, Instance primary, Instance standby)
    {
        var report = Report(state, primary);
        var streams = (report?.Streams ?? []).Where(s => s.Instance == standby.Uid).ToList();
        if (streams.Count == 0)
        {
            return $"it is not connected to primary {primary.Uid} for streaming; see the log of its PostgreSQL";
        }

        return WalConfirmation.IsAdvancing(state, standby.Uid)
            ? $"it confirms WAL of primary {primary.Uid}, but has been behind for longer than failInterval, by "
                + $"{ByteSize.Text(streams.Max(s => s.Flushed).BytesBehind(report!.Position))} now: its disk or the "
                + "network between the two is too slow for the write load"
            : $"it is connected to primary {primary.Uid} but has not confirmed any new WAL for longer than "
                + "failInterval";
    }

    private static DecisionState With(DecisionState state, ValueMap<InstanceUid, StreamGap> gaps) =>
        state with { Memory = state.Memory with { StreamGaps = gaps } };
}
