using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;

namespace Stolon.Core.Proxy;

/// <summary>Whether one instance may be read from.</summary>
internal sealed class StandbyJudgement(
    Instance primary, ReadLimits limits, ReadRouteMemory memory, TimeSpan exactness)
{
    public ReadRouteMemory Memory => memory;

    /// <summary>A keeper reports once in a sleepInterval and the sentinel writes positions as often: what lies within
    /// two of them cannot be told from no lag at all.</summary>
    public static TimeSpan Exactness(ClusterData data) => 2 * ClusterSettings.From(data.Cluster.Spec).SleepInterval;

    /// <returns>Null: it may.</returns>
    public StandbyRefusal? WhyNot(Instance instance)
    {
        if (!instance.IsStandbyType || instance.Uid == primary.Uid)
        {
            return new StandbyRefusal(RefusalReason.NotAStandby);
        }

        var kept = memory.Served.Contains(instance.Uid);
        if (!kept && !instance.Converged)
        {
            return new StandbyRefusal(RefusalReason.NotConverged);
        }

        if (!instance.Status.Healthy || instance.Status.Position == Lsn.Unknown)
        {
            return new StandbyRefusal(RefusalReason.NotHealthy);
        }

        if (InstanceJudgement.ValidityOf(instance, primary) != Validity.Valid
            || (!kept && instance.Status.Timeline != primary.Status.Timeline))
        {
            return new StandbyRefusal(RefusalReason.AnotherTimeline);
        }

        return WantedConfiguration.AddressOf(instance) is not { } address
            || address == WantedConfiguration.AddressOf(primary)
            ? new StandbyRefusal(RefusalReason.NoAddress)
            : TooFarBehind(LagOf(instance), kept);
    }

    /// <summary>Behind for certain; within the reports' inexactness all are equals, or one whose keeper happens to
    /// report after the primary's would get every client.</summary>
    public bool IsBehind(Instance instance) => LagOf(instance) is { Bytes: > 0 } lag && !(lag.Time <= exactness);

    /// <summary>A standby at the limit would come and go: it goes beyond the limit, and comes below half of it.
    /// </summary>
    private StandbyRefusal? TooFarBehind(StandbyLag lag, bool kept)
    {
        if (limits.MaxLagBytes > 0 && lag.Bytes > (kept ? limits.MaxLagBytes : limits.MaxLagBytes / 2))
        {
            return new StandbyRefusal(RefusalReason.TooManyBytesBehind, lag);
        }

        return limits.MaxLag > TimeSpan.Zero && !(lag.Time <= (kept ? limits.MaxLag : EntryLag()))
            ? new StandbyRefusal(RefusalReason.TooLongBehind, lag)
            : null;
    }

    /// <summary>Half of the limit, but no less than can be told from no lag at all.</summary>
    private TimeSpan EntryLag()
    {
        var half = limits.MaxLag / 2;
        var least = limits.MaxLag < exactness ? limits.MaxLag : exactness;
        return half > least ? half : least;
    }

    private StandbyLag LagOf(Instance instance)
    {
        var shown = ShownBy(instance.Status);
        var bytes = shown.BytesBehind(primary.Status.Position);
        return bytes <= 0 ? new StandbyLag(0, TimeSpan.Zero) : new StandbyLag(bytes, memory.Track.Behind(shown));
    }

    /// <summary>What readers see of it is what it has replayed; keepers and sentinels of the original tell only what it
    /// has received.</summary>
    private static Lsn ShownBy(InstanceStatus status) =>
        status.ReplayedPosition == Lsn.Unknown ? status.Position : status.ReplayedPosition;
}
