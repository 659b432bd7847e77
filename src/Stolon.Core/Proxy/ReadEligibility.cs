using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;

namespace Stolon.Core.Proxy;

/// <summary>Whether one instance may be read from.</summary>
internal sealed class ReadEligibility(
    Instance primary, ReadLimits limits, ReadRouteMemory memory, TimeSpan resolution)
{
    public ReadRouteMemory Memory => memory;

    /// <summary>A keeper reports once in a sleepInterval and the sentinel writes positions as often: what lies within
    /// two of them cannot be told from no lag at all.</summary>
    public static TimeSpan Resolution(ClusterData data) => 2 * ClusterSettings.From(data.Cluster.Spec).SleepInterval;

    /// <returns>Null: it may.</returns>
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

    /// <summary>Behind for certain; within the reports' inexactness all are equals, or one whose keeper happens to
    /// report after the primary's would get every client.</summary>
    public bool IsBehind(Instance instance) => LagOf(instance) is { Bytes: > 0 } lag && !(lag.Time <= resolution);

    /// <summary>A standby at the limit would come and go: it goes beyond the limit, and comes below half of it.
    /// </summary>
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

    /// <summary>Half of the limit, but no less than can be told from no lag at all.</summary>
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
        return bytes <= 0 ? new StandbyLag(0, TimeSpan.Zero) : new StandbyLag(bytes, memory.PositionHistory.LagOf(visible));
    }

    /// <summary>What readers see of it is what it has replayed; keepers and sentinels of the original tell only what it
    /// has received.</summary>
    private static Lsn VisiblePosition(InstanceStatus status) =>
        status.ReplayedPosition == Lsn.Unknown ? status.Position : status.ReplayedPosition;
}

/// <summary>Why a standby is not read from.</summary>
/// <param name="Lag">Null: not measured, for it does not matter.</param>
public sealed record StandbyRefusal(RefusalReason Reason, StandbyLag? Lag = null);

/// <summary>How far behind a standby is, as far as the cluster data can tell.</summary>
/// <param name="Bytes">0 or more.</param>
/// <param name="Time">Null: for longer than is known.</param>
public sealed record StandbyLag(long Bytes, TimeSpan? Time);

/// <summary>What is wrong with a standby.</summary>
public enum RefusalReason
{
    /// <summary>It is the primary now, or is to be one, or was one.</summary>
    NotAStandby,

    /// <summary>It or its keeper is not healthy, or has said nothing of itself.</summary>
    NotHealthy,

    /// <summary>It has not carried out its specification.</summary>
    NotConverged,

    /// <summary>It is not on the primary's timeline, or not even on its history.</summary>
    AnotherTimeline,

    /// <summary>Its address is not known, or is the primary's.</summary>
    NoAddress,

    /// <summary>More bytes behind than allowed, or not yet close enough to be taken in again.</summary>
    TooManyBytesBehind,

    /// <summary>Longer behind than allowed, or not yet close enough to be taken in again.</summary>
    TooLongBehind,
}
