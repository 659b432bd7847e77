using Stolon.Core.Common;

namespace Stolon.Core.Postgres;

/// <summary>Decides whether a standby has left the history of the instance that it follows; then it must be cloned or
/// rewound.</summary>
/// <remarks>Source: docs/spec/sentinel.md 7, "Different timeline branch"; used by sentinel and keeper
/// (docs/spec/keeper.md 8).</remarks>
public static class TimelineFork
{
    /// <summary>True if <paramref name="standby"/> has WAL that <paramref name="followed"/> never had.</summary>
    /// <returns>False also if the histories are not long enough to decide.</returns>
    public static bool OnDifferentBranch(TimelinePosition followed, TimelinePosition standby)
    {
        var order = followed.Timeline.CompareTo(standby.Timeline);
        if (order < 0)
        {
            return true;
        }

        return order == 0
            ? BeganElsewhere(followed, standby)
            : EndOf(followed.History, standby.Timeline) is { } end && end < standby.Position;
    }

    /// <summary>Whether the timeline of <paramref name="local"/> belongs to the history of <paramref name="followed"/>,
    /// and is not another one with the same number: both must have begun at the same position. PostgreSQL compares only
    /// the numbers, and so does pg_rewind if both are on that timeline.</summary>
    /// <returns>Null: the histories are not long enough to decide.</returns>
    public static bool? IsSameTimeline(TimelinePosition followed, TimelinePosition local) =>
        local.Timeline.Value <= 1 ? true
            : BeginningOf(followed.History, local.Timeline) is { } one
                && BeginningOf(local.History, local.Timeline) is { } other
                ? (one.Timeline, one.SwitchPoint) == (other.Timeline, other.SwitchPoint)
                : null;

    // Two promotions from one timeline may use the same number; they differ in where the earlier timeline ended.
    private static bool BeganElsewhere(TimelinePosition followed, TimelinePosition standby)
    {
        if (followed.Timeline.Value <= 1)
        {
            return false;
        }

        var before = new Timeline(followed.Timeline.Value - 1);
        return EndOf(followed.History, before) is { } followedStart
            && EndOf(standby.History, before) is { } standbyStart
            && followedStart != standbyStart;
    }

    private static TimelineSwitch? BeginningOf(ValueList<TimelineSwitch> history, Timeline timeline) =>
        history.LastOrDefault(h => h.Timeline < timeline);

    private static Lsn? EndOf(ValueList<TimelineSwitch> history, Timeline timeline)
    {
        foreach (var entry in history)
        {
            if (entry.Timeline == timeline)
            {
                return entry.SwitchPoint;
            }
        }

        return null;
    }
}

/// <summary>The position of an instance in the history of its cluster.</summary>
/// <param name="Position">Last position reported on <paramref name="Timeline"/>.</param>
/// <param name="History">Where earlier timelines ended, oldest first; often only the last two are known.</param>
public sealed record TimelinePosition(Timeline Timeline, Lsn Position, ValueList<TimelineSwitch> History);
