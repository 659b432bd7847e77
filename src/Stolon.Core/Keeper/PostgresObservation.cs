using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>A keeper's observation of its PostgreSQL before a plan: files, process, and query results.</summary>
public sealed record PostgresObservation
{
    /// <summary>The version of the programs on this host.</summary>
    public required PostgresVersion Version { get; init; }

    /// <summary>Null: the data directory is missing or incomplete (docs/spec/keeper.md 5.1).</summary>
    public DataDirectoryObservation? Data { get; init; }

    /// <summary>Whether the data directory contains any file that an erase would delete.</summary>
    public bool DirectoryHasFiles { get; init; }

    /// <summary>The disk with the WAL, or where it will be; null: unknown.</summary>
    public DiskSpace? WalDisk { get; init; }

    /// <summary>The replication password that the followed server accepts now, if it changed since the keeper started.
    /// Null: the configured one.</summary>
    public Secret? ReplicationPassword { get; init; }

    /// <summary>Null: no server process runs on this data directory.</summary>
    public ServerObservation? Server { get; init; }

    /// <summary>The space that a clone of the source probed last needs here; null: no probe yet.</summary>
    public CloneSpace? CloneSpace { get; init; }

    /// <summary>Null: no replacement of the data directory by a clone is in progress.</summary>
    public ReplacementProgress? Replacement { get; init; }
}

/// <summary>An initialized data directory.</summary>
public sealed record DataDirectoryObservation
{
    /// <summary>From the files (docs/spec/keeper.md 5.2): standby.signal means standby.</summary>
    public required InstanceRole Role { get; init; }

    /// <summary>A targeted recovery was requested and has not ended (recovery.signal).</summary>
    public bool RecoveryPending { get; init; }

    /// <summary>The lines of pg_hba.conf; empty: unreadable.</summary>
    public ValueList<string> Hba { get; init; }

    /// <summary>From pg_control, decimal; null: unreadable.</summary>
    public string? SystemIdentifier { get; init; }

    /// <summary>pg_control exists and has its full size, but this read failed; the next one may succeed. False with a
    /// null <see cref="SystemIdentifier"/>: the file is missing or damaged.</summary>
    public bool Unreadable { get; init; }

    /// <summary>Of the last checkpoint.</summary>
    public Timeline Timeline { get; init; }

    /// <summary>The last two switches before this timeline; empty: none, or unknown.</summary>
    public ValueList<TimelineSwitch> TimelineHistory { get; init; }

    /// <summary>Position of the last checkpoint: the end of WAL if <see cref="ShutDownCleanly"/> as a
    /// primary.</summary>
    public Lsn CheckpointPosition { get; init; }

    /// <summary>A standby's data have reached at least this position; unknown for a primary.</summary>
    public Lsn ReplayedPosition { get; init; }

    /// <summary>The position that the data have reached at least; WAL may continue after it.</summary>
    public Lsn Reached => ReplayedPosition > CheckpointPosition ? ReplayedPosition : CheckpointPosition;

    /// <summary>Size of the WAL files, the same in the whole cluster.</summary>
    public uint WalSegmentBytes { get; init; } = WalFileName.DefaultSegmentBytes;

    /// <summary>The minimum values that a standby on these data needs, by parameter.</summary>
    public ValueMap<string, int> StandbyMinimums { get; init; } = ValueMap<string, int>.Empty;

    /// <summary>The last shutdown was clean and as a primary: no WAL follows the last checkpoint.</summary>
    public bool ShutDownCleanly { get; init; }
}

/// <summary>A running server process.</summary>
public sealed record ServerObservation
{
    public required int ProcessId { get; init; }

    /// <summary>The port from postmaster.pid; 0: not written yet.</summary>
    public int Port { get; init; }

    /// <summary>The checkpointer's process id. A new one under the same server means that PostgreSQL crashed and
    /// restarted by itself. Null: none yet, or unknown.</summary>
    public int? Checkpointer { get; init; }

    /// <summary>What recovery waits for, from PostgreSQL's process title; null: nothing, or unknown.</summary>
    public string? Recovery { get; init; }

    /// <summary>The operator's command that the server has waited for longest; null: none.</summary>
    public OperatorCommand? Command { get; init; }

    /// <summary>Null: the server does not answer queries (starting, stopping, frozen, full), or rejects the keeper
    /// (<see cref="RejectsKeeper"/>).</summary>
    public ServerAnswers? Answers { get; init; }

    /// <summary>The server accepts connections but rejects the keeper's login (for instance a wrong password). Only
    /// without <see cref="Answers"/>.</summary>
    public bool RejectsKeeper { get; init; }
}

/// <summary>Query results of a running server, over its local socket.</summary>
public sealed record ServerAnswers
{
    /// <summary>pg_is_in_recovery().</summary>
    public required bool InRecovery { get; init; }

    /// <summary>listen_addresses in force; a change needs a restart.</summary>
    public string ListenAddresses { get; init; } = "";

    /// <summary>unix_socket_directories in force; a change needs a restart. Empty: unknown.</summary>
    public string SocketDirectories { get; init; } = "";

    /// <summary>Names of all replication slots that are not temporary.</summary>
    public ValueList<string> Slots { get; init; }

    /// <summary>Instances whose standbys are in state "sync", sorted (docs/spec/keeper.md 7.3).</summary>
    public ValueList<InstanceUid> SynchronousStandbys { get; init; }

    /// <summary>The values of <see cref="StandbyRequirements.Parameters"/> in force.</summary>
    public ValueMap<string, int> StandbySettings { get; init; } = ValueMap<string, int>.Empty;

    /// <summary>A changed parameter waits for a restart (pg_settings.pending_restart).</summary>
    public bool PendingRestart { get; init; }

    /// <summary>Their names; empty with <see cref="PendingRestart"/>: unknown.</summary>
    public ValueList<string> PendingParameters { get; init; }

    /// <summary>synchronous_standby_names in force; null: not queried.</summary>
    public string? SynchronousStandbyNames { get; init; }
}

/// <summary>Progress of the replacement of the data directory by a clone made next to it.</summary>
public enum ReplacementStage
{
    /// <summary>The clone is complete and on disk; the old data are unchanged.</summary>
    Complete,

    /// <summary>The swap is in progress: either directory may be missing. It must be continued.</summary>
    Swapping,

    /// <summary>The clone is in place; the old data are kept until the clone has started.</summary>
    Swapped,

    /// <summary>The clone has started; the rest of the old data is being deleted and is no longer a copy.</summary>
    Dropping,
}

/// <summary>A replacement of the data directory that has not finished.</summary>
/// <param name="Instance">The instance of the clone; null: the clone is not complete.</param>
public sealed record ReplacementProgress(ReplacementStage Stage, InstanceUid? Instance);
