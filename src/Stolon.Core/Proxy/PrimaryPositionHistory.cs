using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Proxy;

/// <summary>The primary's positions over time. It converts a standby's position into a lag in time.</summary>
/// <remarks>It continues when the primary changes: positions that the new primary has not reached are dropped, and a
/// standby at one of the others has everything of that time that survived.</remarks>
public sealed record PrimaryPositionHistory
{
    /// <summary>More samples would not make the result more exact than the reports are.</summary>
    private const int MaxSamples = 100;

    /// <summary>Positions and times both rise; positions older than the horizon are dropped.</summary>
    public ValueList<PositionSample> Samples { get; init; }

    /// <summary>The time for which the primary was observed as healthy: a standby does not fall behind a primary that
    /// is not reported.</summary>
    public TimeSpan ObservedTime { get; init; }

    /// <summary><see cref="ObservedTime"/> at the last change of the cluster data. Without a sentinel they do not
    /// change, and then no standby falls behind. But in an idle cluster a sentinel writes only once a minute.</summary>
    public TimeSpan RefreshedAt { get; init; }

    /// <summary>Of the cluster data read last.</summary>
    public WallTime ChangeTime { get; init; }

    /// <summary>When the primary was last observed, on the caller's clock; null: it was not healthy then.</summary>
    public TimeSpan? LastObserved { get; init; }

    /// <param name="now">On the caller's monotonic clock, from any fixed origin.</param>
    /// <param name="horizon">Longer lags need not be told apart.</param>
    public PrimaryPositionHistory Observe(Instance primary, WallTime changeTime, TimeSpan now, TimeSpan horizon)
    {
        var position = primary.Status.Position;
        if (!primary.Status.Healthy || position == Lsn.Unknown)
        {
            return this with { LastObserved = null };
        }

        var observedTime = ObservedTime + (now - (LastObserved ?? now));
        var isNew = changeTime != ChangeTime || Samples.IsEmpty || Samples[^1].Position != position;
        var refreshedAt = isNew ? observedTime : RefreshedAt;
        return new PrimaryPositionHistory
        {
            Samples = With(
                new PositionSample(position, observedTime), oldest: refreshedAt - horizon, horizon / MaxSamples),
            ObservedTime = observedTime,
            RefreshedAt = refreshedAt,
            ChangeTime = changeTime,
            LastObserved = now,
        };
    }

    /// <summary>How long, at the last change of the cluster data, the primary had been beyond that position.</summary>
    /// <returns>Zero: it has not been beyond; null: for longer than is known.</returns>
    public TimeSpan? LagOf(Lsn position)
    {
        for (var i = Samples.Count - 1; i >= 0; i--)
        {
            if (Samples[i].Position <= position)
            {
                return i == Samples.Count - 1 ? TimeSpan.Zero : RefreshedAt - Samples[i].LastSeen;
            }
        }

        return null;
    }

    private ValueList<PositionSample> With(PositionSample sample, TimeSpan oldest, TimeSpan spacing)
    {
        var known = Samples.Where(s => s.Position < sample.Position && s.LastSeen >= oldest).ToList();
        if (known.Count > 1 && known[^1].LastSeen - known[^2].LastSeen < spacing)
        {
            known.RemoveAt(known.Count - 1);
        }

        known.Add(sample);
        return known.ToValueList();
    }
}

/// <summary>The primary was last seen at that position at that time
/// (<see cref="PrimaryPositionHistory.ObservedTime"/>).</summary>
public sealed record PositionSample(Lsn Position, TimeSpan LastSeen);
