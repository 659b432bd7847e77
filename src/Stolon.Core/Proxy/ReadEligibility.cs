using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;

namespace Stolon.Core.Proxy;

/// <summary>Decides whether the read-only port may use an instance.</summary>
internal sealed class ReadEligibility(
    Instance primary, ReadLimits limits, ReadRouteMemory memory, TimeSpan resolution)
{
    public ReadRouteMemory Memory => memory;

    /// <summary>A keeper reports once in each sleepInterval, and the sentinel writes positions as often. So a lag below
    /// two of them may be no lag at all.</summary>
    public static TimeSpan Resolution(ClusterData data) => 2 * ClusterSettings.From(data.Cluster.Spec).SleepInterval;

    /// <returns>Null: it may be used.</returns>
    public StandbyRefusal? RefusalFor(Instance instance)
    {
        if (!instance.IsStandbyType || instance.Uid == primary.Uid)
        {
            return new StandbyRefusal(RefusalReason.NotAStandby);
        }

        var served = memory.Served.Contains(instance.Uid);
        if (!served && !instance.Converged)
        {
            return new StandbyRefusal(RefusalReason.NotConverged);
        }

        if (!instance.Status.Healthy || instance.Status.Position == Lsn.Unknown)
        {
            return new StandbyRefusal(RefusalReason.NotHealthy);
        }

        if (InstanceJudgement.ValidityOf(instance, primary) != Validity.Valid
            || (!served && instance.Status.Timeline != primary.Status.Timeline))
        {
            return new StandbyRefusal(RefusalReason.AnotherTimeline);
        }

        return DesiredConfiguration.AddressOf(instance) is not { } address
            || address == DesiredConfiguration.AddressOf(primary)
            ? new StandbyRefusal(RefusalReason.NoAddress)
            : TooFarBehind(LagOf(instance), served);
    }

    /// <summary>Certainly behind. Within the resolution of the reports all standbys are equal; otherwise the one whose
    /// keeper reports after the primary's would get all clients.</summary>
    public bool IsBehind(Instance instance) => LagOf(instance) is { Bytes: > 0 } lag && !(lag.Time <= resolution);

    /// <summary>Hysteresis: a standby is removed beyond the limit and added below half of it, so that it does not
    /// alternate.</summary>
    private StandbyRefusal? TooFarBehind(StandbyLag lag, bool served)
    {
        if (limits.MaxLagBytes > 0 && lag.Bytes > (served ? limits.MaxLagBytes : limits.MaxLagBytes / 2))
        {
            return new StandbyRefusal(RefusalReason.TooManyBytesBehind, lag);
        }

        return limits.MaxLag > TimeSpan.Zero && !(lag.Time <= (served ? limits.MaxLag : ReadmissionLag()))
            ? new StandbyRefusal(RefusalReason.TooLongBehind, lag)
            : null;
    }

    /// <summary>Half of the limit, but at least the resolution of the reports.</summary>
    private TimeSpan ReadmissionLag()
    {
        var half = limits.MaxLag / 2;
        var least = limits.MaxLag < resolution ? limits.MaxLag : resolution;
        return half > least ? half : least;
    }

    private StandbyLag LagOf(Instance instance)
    {
        var visible = VisiblePosition(instance.Status);
        var bytes = visible.BytesBehind(primary.Status.Position);
        return bytes <= 0
            ? new StandbyLag(0, TimeSpan.Zero)
            : new StandbyLag(bytes, memory.PositionHistory.LagOf(visible));
    }

    /// <summary>Readers see what is replayed; the original's keepers and sentinels report only what is
    /// received.</summary>
    private static Lsn VisiblePosition(InstanceStatus status) =>
        status.ReplayedPosition == Lsn.Unknown ? status.Position : status.ReplayedPosition;
}

/// <summary>Why the read-only port does not use a standby.</summary>
/// <param name="Lag">Null: not measured, because it is not the reason.</param>
public sealed record StandbyRefusal(RefusalReason Reason, StandbyLag? Lag = null);

/// <summary>The lag of a standby, as far as the cluster data show it.</summary>
/// <param name="Bytes">0 or more.</param>
/// <param name="Time">Null: longer than is known.</param>
public sealed record StandbyLag(long Bytes, TimeSpan? Time);

/// <summary>The reason against a standby.</summary>
public enum RefusalReason
{
    /// <summary>It is the primary, will be the primary, or was the primary.</summary>
    NotAStandby,

    /// <summary>The instance or its keeper is not healthy, or has not reported its position.</summary>
    NotHealthy,

    /// <summary>It has not carried out its specification.</summary>
    NotConverged,

    /// <summary>It is not on the primary's timeline, or not even on its history.</summary>
    AnotherTimeline,

    /// <summary>Its address is unknown, or is the primary's.</summary>
    NoAddress,

    /// <summary>More bytes behind than allowed, or not yet close enough to be used again.</summary>
    TooManyBytesBehind,

    /// <summary>Longer behind than allowed, or not yet close enough to be used again.</summary>
    TooLongBehind,
}
