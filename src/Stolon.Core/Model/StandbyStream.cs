using Stolon.Core.Postgres;

namespace Stolon.Core.Model;

/// <summary>A standby of this cluster that is connected to a server for WAL (pg_stat_replication).</summary>
/// <param name="State">As PostgreSQL reports it; <see cref="StreamingState"/> when it has caught up.</param>
/// <param name="Flushed">How much WAL it has confirmed as flushed; unknown: not reported.</param>
public sealed record StandbyStream(InstanceUid Instance, string State, Lsn Flushed)
{
    /// <summary>PostgreSQL's state of a standby that receives WAL as it is written.</summary>
    public const string StreamingState = "streaming";

    public bool Streams => State == StreamingState;
}

/// <summary>A permanent replication slot and the WAL kept for it (pg_replication_slots).</summary>
/// <param name="Name">Of any slot, not only of our standbys.</param>
/// <param name="RetainedBytes">WAL that is kept for it; 0: none.</param>
/// <param name="WalStatus">As PostgreSQL 13 and later report it (reserved, extended, unreserved, lost); null: not
/// reported.</param>
public sealed record SlotUse(string Name, bool Active, long RetainedBytes, string? WalStatus)
{
    /// <summary>The WAL that it needs is gone: the standby that uses it must be cloned again.</summary>
    public bool Lost => WalStatus == "lost";

    /// <summary>Without the member that changes all the time.</summary>
    public SlotUse WithoutSize => this with { RetainedBytes = 0 };
}
