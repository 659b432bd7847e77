using Stolon.Core.Model;

namespace Stolon.Core.Postgres;

/// <summary>Finds where an instance branched off from the timeline of another one.</summary>
public static class EarlierTimeline
{
    /// <summary>The position at which <paramref name="promoted"/> left the timeline of <paramref name="other"/>. Null:
    /// it is not known to come from that timeline, or was promoted more than once since.</summary>
    /// <remarks>Equal numbers are not enough, because two promotions may use the same number. So both must be known to
    /// have begun that timeline at the same position.</remarks>
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
