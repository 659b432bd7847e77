using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>What a sentinel remembers between its decisions (docs/spec/sentinel.md 4): the last reports, and since when
/// something has been wrong.</summary>
/// <remarks>It records only what was observed, never what was to be written, so it stays true when a write fails.
/// Sentinels that do not lead keep it too, so that the next leader can act immediately. All times are
/// <see cref="SentinelView.Now"/> values.</remarks>
public sealed record SentinelMemory
{
    /// <summary>False until the first decision: the reports found then may be old ones of dead agents.</summary>
    public bool HasObserved { get; init; }

    public ValueMap<KeeperUid, Heartbeat> Keepers { get; init; } = ValueMap<KeeperUid, Heartbeat>.Empty;

    public ValueMap<ProxyUid, Heartbeat> Proxies { get; init; } = ValueMap<ProxyUid, Heartbeat>.Empty;

    /// <summary>The runs that report under each keeper's uid.</summary>
    public ValueMap<KeeperUid, KeeperRuns> Runs { get; init; } = ValueMap<KeeperUid, KeeperRuns>.Empty;

    /// <summary>Since when each silent keeper has been late.</summary>
    public ValueMap<KeeperUid, TimeSpan> KeeperFailingSince { get; init; } = ValueMap<KeeperUid, TimeSpan>.Empty;

    /// <summary>Since when each instance has been reported unhealthy, or not at all.</summary>
    public ValueMap<InstanceUid, TimeSpan> InstanceFailingSince { get; init; } = ValueMap<InstanceUid, TimeSpan>.Empty;

    /// <summary>When the server of each instance ended by itself.</summary>
    public ValueMap<InstanceUid, UnplannedEnds> UnplannedEnds { get; init; } =
        ValueMap<InstanceUid, UnplannedEnds>.Empty;

    /// <summary>Each instance's WAL position, and since when it has not changed.</summary>
    public ValueMap<InstanceUid, StalledPosition> Positions { get; init; } =
        ValueMap<InstanceUid, StalledPosition>.Empty;

    /// <summary>Since when each instance has not carried out its present generation.</summary>
    public ValueMap<InstanceUid, UnconfirmedGeneration> Convergence { get; init; } =
        ValueMap<InstanceUid, UnconfirmedGeneration>.Empty;

    /// <summary>The standbys in sync by each instance's last report, if it was healthy.</summary>
    public ValueMap<InstanceUid, ValueList<InstanceUid>> ReportedSync { get; init; } =
        ValueMap<InstanceUid, ValueList<InstanceUid>>.Empty;

    /// <summary>The target's address when this sentinel first saw it, for cluster data without it; null: there is no
    /// target.</summary>
    public TargetSighting? Target { get; init; }

    /// <summary>Since when the proxies have had no target; null: they have one.</summary>
    public TimeSpan? ProxiesClosedSince { get; init; }

    /// <summary>The healthy standbys that receive no WAL, and since when (<see cref="StreamObservation"/>).</summary>
    public ValueMap<InstanceUid, StreamGap> StreamGaps { get; init; } = ValueMap<InstanceUid, StreamGap>.Empty;

    /// <summary>How much of the primary's WAL each connected standby has confirmed (<see cref="WalConfirmation"/>), and
    /// since when it has confirmed no more although there was more.</summary>
    public ValueMap<InstanceUid, Confirmed> Confirmed { get; init; } = ValueMap<InstanceUid, Confirmed>.Empty;

    /// <summary>How far new synchronous standbys are with their confirmation; null: none is awaited.</summary>
    public SyncThresholds? SyncThresholds { get; init; }
}

/// <summary>The last report of a keeper or proxy.</summary>
/// <param name="InfoUid">Of the report; a new one shows that the agent is alive.</param>
/// <param name="At">When this report was first seen.</param>
/// <param name="Proven">This sentinel has seen it change or appear; false: it was already there at the first
/// decision.</param>
public sealed record Heartbeat(string InfoUid, TimeSpan At, bool Proven);

/// <summary>The proxies' target and its address.</summary>
public sealed record TargetSighting(InstanceUid Instance, ServerAddress Address);

/// <summary>The times at which a server ended by itself.</summary>
/// <param name="Boot">The run of the keeper that counts them; null: not reported.</param>
/// <param name="Count">The count in its last report.</param>
/// <param name="At">When the last few were reported, the oldest first.</param>
public sealed record UnplannedEnds(string? Boot, int Count, ValueList<TimeSpan> At);

/// <summary>A WAL position that has not changed since then.</summary>
public sealed record StalledPosition(Lsn Position, TimeSpan Since);

/// <summary>How much of the primary's WAL a connected standby has confirmed.</summary>
/// <param name="Since">When that position was first seen, or when the standby last had all WAL.</param>
/// <param name="IsAdvancing">It had confirmed less before.</param>
public sealed record Confirmed(Lsn Position, TimeSpan Since, bool IsAdvancing);

/// <summary>A generation not yet carried out.</summary>
public sealed record UnconfirmedGeneration(Generation Generation, TimeSpan Since);

/// <summary>A time in which a standby received no WAL.</summary>
/// <param name="Primary">The primary that reported it; reports of another one do not count.</param>
/// <param name="Position">The primary's position at the beginning: what the standby must confirm to end the
/// gap.</param>
public sealed record StreamGap(InstanceUid Primary, Lsn Position, TimeSpan Since);

/// <summary>The position that each standby must reach before it counts as synchronous
/// (<see cref="SynchronousStandbyConfirmation"/>).</summary>
/// <param name="Primary">The primary of these standbys; thresholds of another primary do not count.</param>
/// <param name="Generation">The primary's generation in which it reported them in sync; a new generation starts
/// again.</param>
/// <param name="Positions">The primary's position when it first reported each standby in sync in that
/// generation.</param>
public sealed record SyncThresholds(InstanceUid Primary, Generation Generation, ValueMap<InstanceUid, Lsn> Positions);
