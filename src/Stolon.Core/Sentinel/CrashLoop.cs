using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>A server that ends by itself repeatedly and answers in between counts as failed, like one that stays
/// down.</summary>
internal static class CrashLoop
{
    /// <summary>One or two ends may have the same single cause.</summary>
    private const int Ends = 3;

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(60);

    /// <summary>Remembers the ends that a report counts for the first time.</summary>
    public static DecisionState Count(DecisionState state, InstanceUid uid, string? boot, PostgresReport report)
    {
        var known = state.Memory.UnplannedEnds.TryGetValue(uid, out var seen) && seen.Boot == boot
            ? seen
            : new UnplannedEnds(boot, report.UnplannedEnds, seen?.At ?? []);
        var more = Math.Clamp(report.UnplannedEnds - known.Count, 0, Ends);
        var at = known.At.Concat(Enumerable.Repeat(state.View.Now, more)).TakeLast(Ends).ToValueList();
        var ends = new UnplannedEnds(boot, report.UnplannedEnds, at);
        return state with
        {
            Memory = state.Memory with { UnplannedEnds = state.Memory.UnplannedEnds.With(uid, ends) },
        };
    }

    /// <summary>When the present crash loop of the instance began; null: it is in none.</summary>
    public static TimeSpan? Since(DecisionState state, InstanceUid uid) =>
        state.Memory.UnplannedEnds.TryGetValue(uid, out var ends)
        && ends.At.Count >= Ends
        && state.View.Now - ends.At[0] <= Window(state)
            ? ends.At[0]
            : null;

    /// <summary>The failing instances after a good report of this one. It no longer counts as failing, except if it is
    /// in a crash loop and has not been healthy for long enough.</summary>
    public static ValueMap<InstanceUid, TimeSpan> AfterGoodReport(DecisionState state, InstanceUid uid)
    {
        var failing = state.Memory.InstanceFailingSince;
        return Since(state, uid) is { } since && state.View.Now - Last(state, uid) <= state.Settings.FailInterval / 2
            ? failing.With(uid, failing.TryGetValue(uid, out var known) && known < since ? known : since)
            : failing.Without(uid);
    }

    /// <summary>For the operator; null: it is in no crash loop.</summary>
    public static string? Reason(DecisionState state, InstanceUid uid)
    {
        if (Since(state, uid) is not { } since)
        {
            return null;
        }

        var seconds = Math.Ceiling((Last(state, uid) - since).TotalSeconds);
        return $"its PostgreSQL has ended by itself {Ends} times within {seconds:0} s, or restarted after one of its "
            + "processes crashed (a client's query can cause that); see PostgreSQL's log";
    }

    private static TimeSpan Last(DecisionState state, InstanceUid uid) => state.Memory.UnplannedEnds[uid].At[^1];

    private static TimeSpan Window(DecisionState state) =>
        3 * state.Settings.FailInterval is var window && window > ShortestWindow ? window : ShortestWindow;
}
