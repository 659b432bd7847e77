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
