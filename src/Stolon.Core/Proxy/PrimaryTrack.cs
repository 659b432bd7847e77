using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Proxy;

/// <summary>Where the primary was when: what turns a standby's position into a time.</summary>
/// <remarks>It goes on over a change of the primary: positions the new one has not reached are forgotten, and who has
/// the others has everything that was there then and survived.</remarks>
public sealed record PrimaryTrack
{
    /// <summary>More would make nothing more exact than the reports are.</summary>
    private const int Samples = 100;

    /// <summary>Both rise; positions that are older than anybody asks for are left out.</summary>
    public ValueList<PrimarySighting> Sightings { get; init; }

    /// <summary>The time for which the primary has been looked at while it was healthy: nobody falls behind a primary
    /// that is not heard of.</summary>
    public TimeSpan Watched { get; init; }

    /// <summary><see cref="Watched"/> when the cluster data were last new. Without a sentinel they never are, and then
    /// nobody falls behind either; but in an idle cluster a sentinel, too, writes only once a minute.</summary>
    public TimeSpan Renewed { get; init; }

    /// <summary>Of the cluster data last looked at.</summary>
    public WallTime ChangeTime { get; init; }

    /// <summary>When the primary was last looked at, on the caller's clock; null: it was not healthy then.</summary>
    public TimeSpan? LookedAt { get; init; }

    /// <param name="now">On the caller's monotonic clock, since any fixed moment.</param>
    /// <param name="horizon">How long a lag shall be told from a longer one.</param>
    public PrimaryTrack See(Instance primary, WallTime changeTime, TimeSpan now, TimeSpan horizon)
    {
        var position = primary.Status.Position;
        if (!primary.Status.Healthy || position == Lsn.Unknown)
        {
            return this with { LookedAt = null };
        }

        var watched = Watched + (now - (LookedAt ?? now));
        var isNew = changeTime != ChangeTime || Sightings.IsEmpty || Sightings[^1].Position != position;
        var renewed = isNew ? watched : Renewed;
        return new PrimaryTrack
        {
            Sightings = With(new PrimarySighting(position, watched), oldest: renewed - horizon, horizon / Samples),
            Watched = watched,
            Renewed = renewed,
            ChangeTime = changeTime,
            LookedAt = now,
        };
    }

    /// <summary>For how long, when the cluster data were last new, the primary had not been seen at that position or
    /// before it.</summary>
    /// <returns>Zero: it has not been seen beyond; null: for longer than is known.</returns>
    public TimeSpan? Behind(Lsn position)
    {
        for (var i = Sightings.Count - 1; i >= 0; i--)
        {
            if (Sightings[i].Position <= position)
            {
                return i == Sightings.Count - 1 ? TimeSpan.Zero : Renewed - Sightings[i].LastSeen;
            }
        }

        return null;
    }

    private ValueList<PrimarySighting> With(PrimarySighting sighting, TimeSpan oldest, TimeSpan spacing)
    {
        var known = Sightings.Where(s => s.Position < sighting.Position && s.LastSeen >= oldest).ToList();
        if (known.Count > 1 && known[^1].LastSeen - known[^2].LastSeen < spacing)
        {
            known.RemoveAt(known.Count - 1);
        }

        known.Add(sighting);
        return known.ToValueList();
    }
}

/// <summary>The primary was at that position, for the last time then (<see cref="PrimaryTrack.Watched"/>).</summary>
public sealed record PrimarySighting(Lsn Position, TimeSpan LastSeen);
