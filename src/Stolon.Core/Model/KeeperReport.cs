using Stolon.Core.Common;
using Stolon.Core.Postgres;

namespace Stolon.Core.Model;

/// <summary>What a keeper says of itself (store.md 4.1, KeeperInfo).</summary>
public sealed record KeeperReport
{
    /// <summary>New random id at every write: its change is the sign of life.</summary>
    public required string InfoUid { get; init; }

    public required KeeperUid Uid { get; init; }

    /// <summary>The cluster this keeper believes it belongs to; null: none yet.</summary>
    public ClusterUid? Cluster { get; init; }

    public string? BootUuid { get; init; }

    public PostgresVersion BinaryVersion { get; init; }

    /// <summary>Null until the keeper has looked at its PostgreSQL for the first time.</summary>
    public PostgresReport? Postgres { get; init; }

    public bool? EligibleAsPrimary { get; init; }

    public bool? EligibleAsSynchronousStandby { get; init; }

    /// <summary>How many reports this run of the keeper has made, this one counted: one that is numbered no higher than
    /// an earlier one was overtaken on its way, or comes from a copy of the keeper. 0: not told; the original's
    /// programs neither write nor read this.</summary>
    public long Number { get; init; }

    /// <summary>What the keeper finds wrong now, by subject. The original's programs neither write nor read
    /// this.</summary>
    public ValueList<Complaint> Complaints { get; init; }

    /// <summary>The whole instance in its data directory; null: none, or not said. The original's programs neither
    /// write nor read this.</summary>
    public HeldData? Holds { get; init; }
}

/// <summary>What a keeper saw of its PostgreSQL (store.md 4.1, PostgresState).</summary>
public sealed record PostgresReport
{
    /// <summary>The instance the local data belongs to; null: none.</summary>
    public InstanceUid? Instance { get; init; }

    /// <summary>The generation last carried out completely; none while initialising.</summary>
    public Generation Generation { get; init; }

    public string? ListenAddress { get; init; }

    public string? Port { get; init; }

    /// <summary>Every question was answered, recently.</summary>
    public bool Healthy { get; init; }

    /// <summary>Why it is not <see cref="Healthy"/>, for people; null: it is, or nobody has said. The original's
    /// programs neither write nor read this.</summary>
    public string? Reason { get; init; }

    /// <summary>What keeps the keeper from asking the server as it should (a refused password, a missing socket, …),
    /// for people; null: nothing does. Beside <see cref="Healthy"/>: everything was learned in another way. Without it:
    /// the keeper cannot tell how the server is, which is neither healthy nor sick. The original's programs neither
    /// write nor read this.</summary>
    public string? Obstacle { get; init; }

    /// <summary>The keeper cannot tell how the server is (<see cref="Obstacle"/>), but has seen just now that it
    /// serves. The original's programs neither write nor read this.</summary>
    public bool Serves { get; init; }

    /// <summary>Where this standby receives WAL from now, <c>host:port</c> as it was told; null: it does not, or nobody
    /// has told. The original's programs neither write nor read this.</summary>
    public string? StreamsFrom { get; init; }

    /// <summary>Why the primary's last attempt to write has not succeeded, for people; null: it has, or none was made.
    /// Nothing is decided by it. The original's programs neither write nor read this.</summary>
    public string? WriteProblem { get; init; }

    /// <summary>The keeper was told to stop and its server has ended in order, everything sent to its standbys: nobody
    /// needs to wait whether it comes back. The original's programs neither write nor read this.</summary>
    public bool Stopped { get; init; }

    /// <summary>How many times the server has ended by itself since the keeper began. The original's programs neither
    /// write nor read this.</summary>
    public int UnplannedEnds { get; init; }

    /// <summary>Its starts come to nothing; null: it starts. The original's programs neither write nor read
    /// this.</summary>
    public StartTrouble? StartTrouble { get; init; }

    /// <summary>Null: not known. Of a server that does not run this, its timeline, its position and its history are
    /// what its files tell.</summary>
    public string? SystemIdentifier { get; init; }

    public Timeline Timeline { get; init; }

    /// <summary>A primary's flushed position; a standby's received or replayed one, whichever is further on its
    /// timeline. Unknown: not asked. Elections and the standbys' health go by it.</summary>
    public Lsn Position { get; init; }

    /// <summary>How far a standby shows its data to readers, at or before <see cref="Position"/>. Unknown: a primary,
    /// or nobody has told. The original's programs neither write nor read this.</summary>
    public Lsn ReplayedPosition { get; init; }

    public ValueList<TimelineSwitch> TimelineHistory { get; init; }

    public ValueMap<string, string> PgParameters { get; init; } = ValueMap<string, string>.Empty;

    /// <summary>The instances whose standbys PostgreSQL reports in state "sync" now; null: not asked.</summary>
    public ValueList<InstanceUid>? SynchronousStandbys { get; init; }

    public string? OldestWalFile { get; init; }

    /// <summary>Our standbys that are connected for their WAL; null: not told, for instance by a standby. The
    /// original's programs neither write nor read this.</summary>
    public ValueList<StandbyStream>? Streams { get; init; }

    /// <summary>The replication slots, by name; null: not told. The original's programs neither write nor read
    /// this.</summary>
    public ValueList<SlotUse>? Slots { get; init; }

    /// <summary>The parameters of <c>pgParameters</c> that this server did not take, sorted; null: its keeper has just
    /// begun and does not know. The original's programs neither write nor read this.</summary>
    public ValueList<string>? LeftOut { get; init; }

    /// <summary>The parameters that wait for a restart of this server, sorted; empty: none, or nobody has told. The
    /// original's programs neither write nor read this.</summary>
    public ValueList<string> PendingRestart { get; init; }

    /// <summary>The disk with the WAL; null: not told. The original's programs neither write nor read this.</summary>
    public DiskSpace? WalDisk { get; init; }
}
