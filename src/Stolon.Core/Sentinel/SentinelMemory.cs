using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>What a sentinel remembers between looks (sentinel.md 4): when it heard whom, and since when something has
/// been wrong.</summary>
/// <remarks>It records only what was seen, never what was hoped to be written, so it stays true when a write fails.
/// Sentinels that do not lead keep it too: the next leader acts at once. All times are <see cref="SentinelView.Now"/>
/// values.</remarks>
public sealed record SentinelMemory
{
    /// <summary>False until the first look: reports found then may be left-overs of the dead.</summary>
    public bool HasObserved { get; init; }

    public ValueMap<KeeperUid, Heartbeat> Keepers { get; init; } = ValueMap<KeeperUid, Heartbeat>.Empty;

    public ValueMap<ProxyUid, Heartbeat> Proxies { get; init; } = ValueMap<ProxyUid, Heartbeat>.Empty;

    /// <summary>Whose reports have come under each keeper's uid.</summary>
    public ValueMap<KeeperUid, KeeperRuns> Runs { get; init; } = ValueMap<KeeperUid, KeeperRuns>.Empty;

    /// <summary>Since when each silent keeper has been missed.</summary>
    public ValueMap<KeeperUid, TimeSpan> KeeperFailingSince { get; init; } = ValueMap<KeeperUid, TimeSpan>.Empty;

    /// <summary>Since when each instance has been reported sick, or not at all.</summary>
    public ValueMap<InstanceUid, TimeSpan> InstanceFailingSince { get; init; } = ValueMap<InstanceUid, TimeSpan>.Empty;

    /// <summary>When the server of each instance was seen to have ended by itself.</summary>
    public ValueMap<InstanceUid, UnplannedEnds> UnplannedEnds { get; init; } =
        ValueMap<InstanceUid, UnplannedEnds>.Empty;

    /// <summary>Where each instance's position has stood, and since when.</summary>
    public ValueMap<InstanceUid, StalledPosition> Positions { get; init; } = ValueMap<InstanceUid, StalledPosition>.Empty;

    /// <summary>Since when each instance has owed its present generation.</summary>
    public ValueMap<InstanceUid, UnconfirmedGeneration> Convergence { get; init; } =
        ValueMap<InstanceUid, UnconfirmedGeneration>.Empty;

    /// <summary>The standbys each instance's last report, a healthy one, called in sync.</summary>
    public ValueMap<InstanceUid, ValueList<InstanceUid>> ReportedSync { get; init; } =
        ValueMap<InstanceUid, ValueList<InstanceUid>>.Empty;

    /// <summary>Where the proxies' target was when this sentinel first saw it, should the cluster data not say; null:
    /// there is none.</summary>
    public TargetSighting? Target { get; init; }

    /// <summary>Since when proxies have been sent nowhere; null: they are sent to a primary.</summary>
    public TimeSpan? ProxiesClosedSince { get; init; }

    /// <summary>Which standbys get no WAL although they are well, and since when
    /// (<see cref="StreamObservation"/>).</summary>
    public ValueMap<InstanceUid, StreamGap> StreamGaps { get; init; } = ValueMap<InstanceUid, StreamGap>.Empty;

    /// <summary>Which of the primary's WAL each connected standby has confirmed (<see cref="WalConfirmation"/>), and
    /// since when no more although there was more.</summary>
    public ValueMap<InstanceUid, Confirmed> Confirmed { get; init; } = ValueMap<InstanceUid, Confirmed>.Empty;

    /// <summary>How far the confirmation of new synchronous standbys has come; null: none is awaited.</summary>
    public SyncThresholds? SyncThresholds { get; init; }
}

/// <summary>The last sign of life of a keeper or proxy.</summary>
/// <param name="InfoUid">Of the report; a new one is a sign of life.</param>
/// <param name="At">When this report was first seen.</param>
/// <param name="Proven">This sentinel has seen it change or appear; false: it was there already at the first
/// look.</param>
public sealed record Heartbeat(string InfoUid, TimeSpan At, bool Proven);

/// <summary>An instance that proxies are sent to, and the address it had.</summary>
public sealed record TargetSighting(InstanceUid Instance, ServerAddress Address);

/// <summary>The ends of a server that nobody had asked for.</summary>
/// <param name="Boot">The run of the keeper that counts them; null: it does not say.</param>
/// <param name="Count">Its count at its last report.</param>
/// <param name="At">When the last few were heard of, the oldest first.</param>
public sealed record UnplannedEnds(string? Boot, int Count, ValueList<TimeSpan> At);

/// <summary>A WAL position that has not moved since.</summary>
public sealed record StalledPosition(Lsn Position, TimeSpan Since);

/// <summary>How far a connected standby has confirmed the primary's WAL.</summary>
/// <param name="Since">When it was first seen to have confirmed that, or last had everything there was.</param>
/// <param name="IsAdvancing">It was seen to have confirmed less before.</param>
public sealed record Confirmed(Lsn Position, TimeSpan Since, bool IsAdvancing);

/// <summary>A generation not yet carried out.</summary>
public sealed record UnconfirmedGeneration(Generation Generation, TimeSpan Since);

/// <summary>A time in which a standby got no WAL.</summary>
/// <param name="Primary">From whom; what another one said is worthless.</param>
/// <param name="Position">Of the primary at the beginning: what the standby must confirm to end it.</param>
public sealed record StreamGap(InstanceUid Primary, Lsn Position, TimeSpan Since);

/// <summary>Where each standby must have got to before it counts as synchronous
/// (<see cref="SynchronousStandbyConfirmation"/>).</summary>
/// <param name="Primary">Whose standbys; thresholds of another primary are worthless.</param>
/// <param name="Generation">The primary's, in force when it reported them in sync; a later one starts afresh.</param>
/// <param name="Positions">The primary's position when each was first reported in sync under that generation.</param>
public sealed record SyncThresholds(InstanceUid Primary, Generation Generation, ValueMap<InstanceUid, Lsn> Positions);
