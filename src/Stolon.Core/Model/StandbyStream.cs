using Stolon.Core.Postgres;

namespace Stolon.Core.Model;

/// <summary>A standby of ours that is connected to a server for its WAL (pg_stat_replication).</summary>
/// <param name="State">PostgreSQL's word; <see cref="StreamingState"/> when it has caught up.</param>
/// <param name="Flushed">How far it has confirmed to have WAL on disk; unknown: it has not said.</param>
public sealed record StandbyStream(InstanceUid Instance, string State, Lsn Flushed)
{
    /// <summary>The state of one that gets WAL as it is written; PostgreSQL's "streaming".</summary>
    public const string StreamingState = "streaming";

    public bool Streams => State == StreamingState;
}

/// <summary>A permanent replication slot and what it costs (pg_replication_slots).</summary>
/// <param name="Name">Also of slots that are not ours.</param>
/// <param name="RetainedBytes">WAL that is kept for it; 0 when nothing is.</param>
/// <param name="WalStatus">PostgreSQL's word from version 13 on (reserved, extended, unreserved, lost); null: not
/// told.</param>
public sealed record SlotUse(string Name, bool Active, long RetainedBytes, string? WalStatus)
{
    /// <summary>What it was kept for is gone: whoever uses it must be cloned anew.</summary>
    public bool Lost => WalStatus == "lost";

    /// <summary>The same without what changes all the time.</summary>
    public SlotUse WithoutSize => this with { RetainedBytes = 0 };
}
