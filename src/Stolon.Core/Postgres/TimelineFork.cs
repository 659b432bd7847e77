using Stolon.Core.Common;

namespace Stolon.Core.Postgres;

/// <summary>Whether a standby left the history of the instance it is to follow: then it is cloned or rewound.</summary>
/// <remarks>Source: sentinel.md 7, "Different timeline branch"; used by sentinel and keeper (keeper.md 8).</remarks>
public static class TimelineFork
{
    /// <summary>True when <paramref name="standby"/> holds WAL that <paramref name="followed"/> never had.</summary>
    /// <returns>False also when the histories do not reach back far enough to tell.</returns>
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

    /// <summary>Whether the timeline that <paramref name="local"/> is on is one of <paramref name="followed"/>'s
    /// history, and not another one with its number: both began in the same place. PostgreSQL goes by the number alone,
    /// and so does pg_rewind where both are on that timeline.</summary>
    /// <returns>Null: the histories do not reach back far enough to tell.</returns>
    public static bool? IsSameTimeline(TimelinePosition followed, TimelinePosition local) =>
        local.Timeline.Value <= 1 ? true
            : BeginningOf(followed.History, local.Timeline) is { } one
                && BeginningOf(local.History, local.Timeline) is { } other
                ? (one.Timeline, one.SwitchPoint) == (other.Timeline, other.SwitchPoint)
                : null;

    // Two promotions of one timeline may take the same new number; they began where the timeline before was left.
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

/// <summary>Where an instance stands in the history of its cluster.</summary>
/// <param name="Position">Last position reported on <paramref name="Timeline"/>.</param>
/// <param name="History">How the earlier timelines ended, oldest first; often only the last two are known.</param>
public sealed record TimelinePosition(Timeline Timeline, Lsn Position, ValueList<TimelineSwitch> History);
