using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Proxy;

/// <summary>Where the primary was when: what turns a standby's position into a time.</summary>
/// <remarks>It goes on over a change of the primary: positions the new one has not reached are forgotten, and who has
/// the others has everything that was there then and survived. Time stands still while no sentinel renews the cluster
/// data, and while the primary is not healthy: nobody falls behind a primary that is not heard of.</remarks>
public sealed record PrimaryTrack
{
    /// <summary>More would make nothing more exact than the reports are.</summary>
    private const int Samples = 100;

    /// <summary>Both rise; positions that are older than anybody asks for are left out.</summary>
    public ValueList<PrimarySighting> Sightings { get; init; }

    /// <summary>Of the cluster data last looked at.</summary>
    public WallTime ChangeTime { get; init; }

    /// <param name="now">On the caller's monotonic clock, since any fixed moment.</param>
    /// <param name="horizon">How long a lag shall be told from a longer one.</param>
    public PrimaryTrack See(Instance primary, WallTime changeTime, TimeSpan now, TimeSpan horizon)
    {
        var position = primary.Status.Position;
        var news = changeTime != ChangeTime || Sightings.IsEmpty || Sightings[^1].Position != position;
        if (!news || !primary.Status.Healthy || position == Lsn.Unknown)
        {
            return this;
        }

        var known = Sightings.Where(s => s.Position < position && now - s.LastSeen <= horizon).ToList();
        if (known.Count > 1 && known[^1].LastSeen - known[^2].LastSeen < horizon / Samples)
        {
            known.RemoveAt(known.Count - 1);
        }

        known.Add(new PrimarySighting(position, now));
        return new PrimaryTrack { Sightings = known.ToValueList(), ChangeTime = changeTime };
    }

    /// <summary>How long before its newest sighting the primary was last seen at that position or before it.</summary>
    /// <returns>Zero: it has not been seen beyond; null: for longer than is known.</returns>
    public TimeSpan? Behind(Lsn position)
    {
        for (var i = Sightings.Count - 1; i >= 0; i--)
        {
            if (Sightings[i].Position <= position)
            {
                return Sightings[^1].LastSeen - Sightings[i].LastSeen;
            }
        }

        return null;
    }
}

/// <summary>The primary was at that position, for the last time then.</summary>
public sealed record PrimarySighting(Lsn Position, TimeSpan LastSeen);
