using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Keeper;

/// <summary>What a keeper sees of its PostgreSQL before it plans: files, process, and the server's own
/// answers.</summary>
public sealed record PostgresObservation
{
    /// <summary>Of the programs on this host.</summary>
    public required PostgresVersion Version { get; init; }

    /// <summary>Null: the data directory is missing or not completely initialised (keeper.md 5.1).</summary>
    public DataDirectoryObservation? Data { get; init; }

    /// <summary>Whether anything is in the data directory, initialised or not: what an erase would delete.</summary>
    public bool DirectoryHasFiles { get; init; }

    /// <summary>The disk that holds the WAL, or will; null: it does not tell.</summary>
    public DiskSpace? WalDisk { get; init; }

    /// <summary>The replication user's password as the server followed takes it now: it may have been changed since the
    /// keeper started. Null: as the keeper was given it.</summary>
    public Secret? ReplicationPassword { get; init; }

    /// <summary>Null: no server process runs on this data directory.</summary>
    public ServerObservation? Server { get; init; }

    /// <summary>What a clone of the source probed last needs here; null: none has been.</summary>
    public CloneSpace? CloneSpace { get; init; }

    /// <summary>Null: no replacement of the data directory by a clone has begun that has not ended.</summary>
    public ReplacementProgress? Replacement { get; init; }
}

/// <summary>An initialised data directory.</summary>
public sealed record DataDirectoryObservation
{
    /// <summary>From the files (keeper.md 5.2): a standby signal makes a standby.</summary>
    public required InstanceRole Role { get; init; }

    /// <summary>A targeted recovery has been asked for and has not ended (recovery.signal).</summary>
    public bool RecoveryPending { get; init; }

    /// <summary>The lines of pg_hba.conf; empty: unreadable.</summary>
    public ValueList<string> Hba { get; init; }

    /// <summary>From pg_control, decimal; null: unreadable.</summary>
    public string? SystemIdentifier { get; init; }

    /// <summary>pg_control is there and of its full size, but could not be read this time: the next look may tell.
    /// False with a null <see cref="SystemIdentifier"/>: it is missing or damaged.</summary>
    public bool Unreadable { get; init; }

    /// <summary>Of the last checkpoint.</summary>
    public Timeline Timeline { get; init; }

    /// <summary>The last two switches that led to it; empty: none did, or they are not known.</summary>
    public ValueList<TimelineSwitch> TimelineHistory { get; init; }

    /// <summary>The last checkpoint's own position: where WAL ends when <see cref="ShutDownCleanly"/> as a
    /// primary.</summary>
    public Lsn CheckpointPosition { get; init; }

    /// <summary>A standby's data have reached at least this position; unknown: a primary's.</summary>
    public Lsn ReplayedPosition { get; init; }

    /// <summary>How far the data reach, as far as it is known: WAL may reach further.</summary>
    public Lsn Reached => ReplayedPosition > CheckpointPosition ? ReplayedPosition : CheckpointPosition;

    /// <summary>Size of its WAL files; the same for all of a cluster.</summary>
    public uint WalSegmentBytes { get; init; } = WalFileName.DefaultSegmentBytes;

    /// <summary>What a standby started on this data must at least have, by parameter.</summary>
    public ValueMap<string, int> StandbyMinimums { get; init; } = ValueMap<string, int>.Empty;

    /// <summary>The server was last stopped by an orderly shutdown, as a primary: nothing follows the last
    /// checkpoint.</summary>
    public bool ShutDownCleanly { get; init; }
}

/// <summary>A running server process.</summary>
public sealed record ServerObservation
{
    public required int ProcessId { get; init; }

    /// <summary>The port it was started with (postmaster.pid); 0 = not written yet.</summary>
    public int Port { get; init; }

    /// <summary>The checkpointer's process: a new one under the same server, and PostgreSQL has crashed and started
    /// again by itself. Null: there is none yet, or it is not known.</summary>
    public int? Checkpointer { get; init; }

    /// <summary>What recovery waits for, in PostgreSQL's words; null: nothing, or it is not known.</summary>
    public string? Recovery { get; init; }

    /// <summary>The operator's command that it has been waiting for longest; null: none.</summary>
    public OperatorCommand? Command { get; init; }

    /// <summary>Null: it does not answer queries (starting, stopping, frozen, full), or refuses them
    /// (<see cref="RejectsKeeper"/>).</summary>
    public ServerAnswers? Answers { get; init; }

    /// <summary>It answers, and does not let the keeper ask (a refused password, …): whatever it waits for, it takes
    /// connections. Only without <see cref="Answers"/>.</summary>
    public bool RejectsKeeper { get; init; }
}

/// <summary>What a running server says when asked over its local socket.</summary>
public sealed record ServerAnswers
{
    /// <summary>pg_is_in_recovery().</summary>
    public required bool InRecovery { get; init; }

    /// <summary>The listen_addresses in force (it cannot change while the server runs).</summary>
    public string ListenAddresses { get; init; } = "";

    /// <summary>The unix_socket_directories in force (they cannot change while the server runs); empty: not
    /// told.</summary>
    public string SocketDirectories { get; init; } = "";

    /// <summary>Names of all replication slots that are not temporary.</summary>
    public ValueList<string> Slots { get; init; }

    /// <summary>Instances whose standbys are in state "sync", sorted (keeper.md 7.3).</summary>
    public ValueList<InstanceUid> SynchronousStandbys { get; init; }

    /// <summary>Of <see cref="StandbyRequirements.Parameters"/>, what is in force.</summary>
    public ValueMap<string, int> StandbySettings { get; init; } = ValueMap<string, int>.Empty;

    /// <summary>Some changed parameter waits for a restart (pg_settings.pending_restart).</summary>
    public bool PendingRestart { get; init; }

    /// <summary>Their names; empty with <see cref="PendingRestart"/>: not told.</summary>
    public ValueList<string> PendingParameters { get; init; }

    /// <summary>The synchronous_standby_names in force; null: not asked.</summary>
    public string? SynchronousStandbyNames { get; init; }
}

/// <summary>How far the replacement of the data directory by a clone made beside it has got.</summary>
public enum ReplacementStage
{
    /// <summary>The clone beside is whole and on disk; the old data are in use or were, untouched.</summary>
    Complete,

    /// <summary>The two are changing places: one of them may be found under neither name. It must be gone on
    /// with.</summary>
    Swapping,

    /// <summary>The clone is in place; the old data are kept beside until it has proved itself.</summary>
    Swapped,

    /// <summary>The clone has proved itself; what is left of the old data is being deleted, and is no copy any
    /// more.</summary>
    Dropping,
}

/// <summary>A replacement of the data directory that has not come to its end.</summary>
/// <param name="Instance">Whose data the clone is; null: of none that is whole.</param>
public sealed record ReplacementProgress(ReplacementStage Stage, InstanceUid? Instance);
