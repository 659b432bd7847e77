using Stolon.Core.Common;

namespace Stolon.Core.Model;

/// <summary>The operator's specification of the cluster, exactly as given: null means "not given"
/// (docs/spec/cluster-specification.md 1).</summary>
/// <remarks>The stored document never contains defaults; <see cref="ClusterSettings"/> has them filled in.</remarks>
public sealed record ClusterSpec
{
    public TimeSpan? SleepInterval { get; init; }

    public TimeSpan? RequestTimeout { get; init; }

    public TimeSpan? ConvergenceTimeout { get; init; }

    public TimeSpan? InitTimeout { get; init; }

    public TimeSpan? SyncTimeout { get; init; }

    public TimeSpan? DbWaitReadyTimeout { get; init; }

    public TimeSpan? FailInterval { get; init; }

    public TimeSpan? DeadKeeperRemovalInterval { get; init; }

    public TimeSpan? ProxyCheckInterval { get; init; }

    public TimeSpan? ProxyTimeout { get; init; }

    public ushort? MaxStandbys { get; init; }

    public ushort? MaxStandbysPerSender { get; init; }

    /// <summary>Bytes of WAL.</summary>
    public uint? MaxStandbyLagBytes { get; init; }

    public bool? SynchronousReplication { get; init; }

    public ushort? MinSynchronousStandbys { get; init; }

    public ushort? MaxSynchronousStandbys { get; init; }

    public ushort? AdditionalWalSenders { get; init; }

    /// <summary>Names of physical slots on the primary, in addition to those of the standbys.</summary>
    public ValueList<string>? ExtraPrimarySlots { get; init; }

    public bool? UsePgRewind { get; init; }

    public ClusterInitMode? InitMode { get; init; }

    public bool? MergePgParameters { get; init; }

    public ClusterRole? Role { get; init; }

    public NewConfig? NewConfig { get; init; }

    public PointInTimeConfig? PointInTimeConfig { get; init; }

    public ExistingConfig? ExistingConfig { get; init; }

    public StandbyConfig? StandbyConfig { get; init; }

    public ReplicationAccess? ReplicationAccess { get; init; }

    /// <summary>Null and empty mean the same: none.</summary>
    public ValueMap<string, string> PgParameters { get; init; } = ValueMap<string, string>.Empty;

    /// <summary>Null: the two default entries; an empty list: no user entries at all.</summary>
    public ValueList<string>? PgHba { get; init; }

    public bool? AutomaticPgRestart { get; init; }

    /// <summary>Dropped when the specification is replaced as a whole.</summary>
    public ForeignMembers Foreign { get; init; }
}
