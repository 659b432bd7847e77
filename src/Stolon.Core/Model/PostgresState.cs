using Stolon.Core.Common;
using Stolon.Core.Postgres;

namespace Stolon.Core.Model;

/// <summary>What is known of a PostgreSQL server, both in a keeper's report and in the cluster data.</summary>
/// <remarks>A new member is copied from the report to the cluster data without further code:
/// <see cref="InstanceStatus.With"/> uses this record's copy constructor.</remarks>
public record PostgresState
{
    /// <summary>The advertised address; null before the first report.</summary>
    public string? ListenAddress { get; init; }

    /// <summary>The advertised port, text as in the format; null before the first report.</summary>
    public string? Port { get; init; }

    /// <summary>PostgreSQL's system identifier, decimal; null: unknown. If the server does not run, this, the timeline,
    /// the position and the history are read from its files.</summary>
    public string? SystemIdentifier { get; init; }

    public Timeline Timeline { get; init; }

    /// <summary>A primary's flushed position; a standby's received or replayed one, whichever is further on its
    /// timeline. Unknown: not read. Elections and the health of standbys depend on it.</summary>
    public Lsn Position { get; init; }

    /// <summary>How far a standby has replayed WAL, at or before <see cref="Position"/>: what readers see. Unknown: a
    /// primary, or not reported. Not in stolon's format.</summary>
    public Lsn ReplayedPosition { get; init; }

    /// <summary>At most the last two entries.</summary>
    public ValueList<TimelineSwitch> TimelineHistory { get; init; }

    public ValueMap<string, string> PgParameters { get; init; } = ValueMap<string, string>.Empty;

    /// <summary>Name of the oldest WAL segment that the server still has; null: unknown.</summary>
    public string? OldestWalFile { get; init; }

    /// <summary>The parameters that wait for a restart of the server, sorted; empty: none, or not reported. Not in
    /// stolon's format.</summary>
    public ValueList<string> PendingRestart { get; init; }
}
