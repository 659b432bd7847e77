using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Proxy;

/// <summary>Where the primary was when: what turns a standby's position into a time.</summary>
/// <remarks>It goes on over a change of the primary: positions the new one has not reached are forgotten, and who has
/// the others has everything that was there then and survived.</remarks>
public sealed record PrimaryPositionHistory
{
    /// <summary>More would make nothing more exact than the reports are.</summary>
    private const int MaxSamples = 100;

    /// <summary>Both rise; positions that are older than anybody asks for are left out.</summary>
    public ValueList<PositionSample> Samples { get; init; }

    /// <summary>The time for which the primary has been looked at while it was healthy: nobody falls behind a primary
    /// that is not heard of.</summary>
    public TimeSpan ObservedTime { get; init; }

    /// <summary><see cref="ObservedTime"/> when the cluster data were last new. Without a sentinel they never are, and then
    /// nobody falls behind either; but in an idle cluster a sentinel, too, writes only once a minute.</summary>
    public TimeSpan RefreshedAt { get; init; }

    /// <summary>Of the cluster data last looked at.</summary>
    public WallTime ChangeTime { get; init; }

    /// <summary>When the primary was last looked at, on the caller's clock; null: it was not healthy then.</summary>
    public TimeSpan? LastObserved { get; init; }

    /// <param name="now">On the caller's monotonic clock, since any fixed moment.</param>
    /// <param name="horizon">How long a lag shall be told from a longer one.</param>
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
            Samples = With(new PositionSample(position, observedTime), oldest: refreshedAt - horizon, horizon / MaxSamples),
            ObservedTime = observedTime,
            RefreshedAt = refreshedAt,
            ChangeTime = changeTime,
            LastObserved = now,
        };
    }

    /// <summary>For how long, when the cluster data were last new, the primary had not been seen at that position or
    /// before it.</summary>
    /// <returns>Zero: it has not been seen beyond; null: for longer than is known.</returns>
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

/// <summary>The primary was at that position, for the last time then (<see cref="PrimaryPositionHistory.ObservedTime"/>).</summary>
public sealed record PositionSample(Lsn Position, TimeSpan LastSeen);
