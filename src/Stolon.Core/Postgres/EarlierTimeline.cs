using Stolon.Core.Model;

namespace Stolon.Core.Postgres;

/// <summary>An instance that has stayed on the timeline which another one left by its promotion.</summary>
public static class EarlierTimeline
{
    /// <summary>Where <paramref name="promoted"/> left the timeline that <paramref name="other"/> is on; null: it is
    /// not known to have come from there, or was promoted more than once since.</summary>
    /// <remarks>The numbers alone do not say it: two promotions may give the same number. So where the timeline itself
    /// began must be known of both, and be the same.</remarks>
    public static TimelineSwitch? ForkOf(InstanceStatus promoted, InstanceStatus other)
    {
        var own = other.Timeline;
        if (own == Timeline.Unknown || promoted.Timeline.Value != own.Value + 1)
        {
            return null;
        }

        var before = new Timeline(own.Value - 1);
        return own.Value == 1 || (EndOf(promoted, before) is { } began && began == EndOf(other, before))
            ? promoted.TimelineHistory.FirstOrDefault(h => h.Timeline == own)
            : null;
    }

    private static Lsn? EndOf(InstanceStatus status, Timeline timeline) =>
        status.TimelineHistory.FirstOrDefault(h => h.Timeline == timeline)?.SwitchPoint;
}
