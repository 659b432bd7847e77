using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>A server that ends by itself again and again, and answers well in between: it is no healthier than one that
/// stays down.</summary>
internal static class CrashLoop
{
    /// <summary>One end may be an accident, and two the same one.</summary>
    private const int Ends = 3;

    private static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(60);

    /// <summary>Remembers the ends that a report tells of for the first time.</summary>
    public static Pass Count(Pass pass, InstanceUid uid, string? boot, PostgresReport report)
    {
        var known = pass.Memory.UnplannedEnds.TryGetValue(uid, out var seen) && seen.Boot == boot
            ? seen
            : new UnplannedEnds(boot, report.UnplannedEnds, seen?.At ?? []);
        var more = Math.Clamp(report.UnplannedEnds - known.Count, 0, Ends);
        var at = known.At.Concat(Enumerable.Repeat(pass.View.Now, more)).TakeLast(Ends).ToValueList();
        var ends = new UnplannedEnds(boot, report.UnplannedEnds, at);
        return pass with
        {
            Memory = pass.Memory with { UnplannedEnds = pass.Memory.UnplannedEnds.With(uid, ends) },
        };
    }

    /// <summary>When the loop began that the instance is in; null: it is in none.</summary>
    public static TimeSpan? Since(Pass pass, InstanceUid uid) =>
        pass.Memory.UnplannedEnds.TryGetValue(uid, out var ends)
        && ends.At.Count >= Ends
        && pass.View.Now - ends.At[0] <= Window(pass)
            ? ends.At[0]
            : null;

    /// <summary>Since when instances are failing, after a good report of this one: it is forgiven what was, except
    /// while it is in a loop and has not been well for long enough.</summary>
    public static ValueMap<InstanceUid, TimeSpan> AfterGoodReport(Pass pass, InstanceUid uid)
    {
        var failing = pass.Memory.InstanceFailingSince;
        return Since(pass, uid) is { } since && pass.View.Now - Last(pass, uid) <= pass.Settings.FailInterval / 2
            ? failing.With(uid, failing.TryGetValue(uid, out var known) && known < since ? known : since)
            : failing.Without(uid);
    }

    /// <summary>For the operator; null: it is in no loop.</summary>
    public static string? Reason(Pass pass, InstanceUid uid)
    {
        if (Since(pass, uid) is not { } since)
        {
            return null;
        }

        var seconds = Math.Ceiling((Last(pass, uid) - since).TotalSeconds);
        return $"its PostgreSQL has ended by itself {Ends} times within {seconds:0} s, or begun anew after the crash "
            + "of one of its processes (a client's query may cause that); PostgreSQL's own log tells why";
    }

    private static TimeSpan Last(Pass pass, InstanceUid uid) => pass.Memory.UnplannedEnds[uid].At[^1];

    private static TimeSpan Window(Pass pass) =>
        3 * pass.Settings.FailInterval is var window && window > ShortestWindow ? window : ShortestWindow;
}
