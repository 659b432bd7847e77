using Stolon.Core.Common;

namespace Stolon.Core.Model;

/// <summary>The cluster specification with every default filled in (docs/spec/cluster-specification.md 1).</summary>
public sealed record ClusterSettings
{
    public required TimeSpan SleepInterval { get; init; }

    public required TimeSpan RequestTimeout { get; init; }

    public required TimeSpan ConvergenceTimeout { get; init; }

    public required TimeSpan InitTimeout { get; init; }

    /// <summary>How long a clone may take; zero: no limit.</summary>
    public required TimeSpan SyncTimeout { get; init; }

    public required TimeSpan DbWaitReadyTimeout { get; init; }

    public required TimeSpan FailInterval { get; init; }

    public required TimeSpan DeadKeeperRemovalInterval { get; init; }

    public required TimeSpan ProxyCheckInterval { get; init; }

    public required TimeSpan ProxyTimeout { get; init; }

    public required ushort MaxStandbys { get; init; }

    public required ushort MaxStandbysPerSender { get; init; }

    /// <summary>Bytes of WAL. The default is 1 232 896: stolon wrote 1024 * 1204, and existing clusters rely on the
    /// number.</summary>
    public required uint MaxStandbyLagBytes { get; init; }

    /// <summary>As specified; in force only with cluster role primary
    /// (<see cref="SynchronousReplicationInForce"/>).</summary>
    public required bool SynchronousReplication { get; init; }

    public required ushort MinSynchronousStandbys { get; init; }

    public required ushort MaxSynchronousStandbys { get; init; }

    public required ushort AdditionalWalSenders { get; init; }

    public required ValueList<string>? ExtraPrimarySlots { get; init; }

    public required bool UsePgRewind { get; init; }

    /// <summary>Null only in a specification that is not valid.</summary>
    public required ClusterInitMode? InitMode { get; init; }

    public required bool MergePgParameters { get; init; }

    public required ClusterRole Role { get; init; }

    public required NewConfig? NewConfig { get; init; }

    public required PointInTimeConfig? PointInTimeConfig { get; init; }

    public required ExistingConfig? ExistingConfig { get; init; }

    public required StandbyConfig? StandbyConfig { get; init; }

    public required ReplicationAccess ReplicationAccess { get; init; }

    public required ValueMap<string, string> PgParameters { get; init; }

    public required ValueList<string>? PgHba { get; init; }

    public required bool AutomaticPgRestart { get; init; }

    /// <summary>Synchronous replication needs a cluster that accepts writes.</summary>
    public bool SynchronousReplicationInForce => SynchronousReplication && Role == ClusterRole.Primary;

    /// <summary>The settings of a specification, with the defaults for what it leaves out.</summary>
    public static ClusterSettings From(ClusterSpec spec) => new()
    {
        SleepInterval = spec.SleepInterval ?? TimeSpan.FromSeconds(5),
        RequestTimeout = spec.RequestTimeout ?? TimeSpan.FromSeconds(10),
        ConvergenceTimeout = spec.ConvergenceTimeout ?? TimeSpan.FromSeconds(30),
        InitTimeout = spec.InitTimeout ?? TimeSpan.FromMinutes(5),
        SyncTimeout = spec.SyncTimeout ?? TimeSpan.Zero,
        DbWaitReadyTimeout = spec.DbWaitReadyTimeout ?? TimeSpan.FromSeconds(60),
        FailInterval = spec.FailInterval ?? TimeSpan.FromSeconds(20),
        DeadKeeperRemovalInterval = spec.DeadKeeperRemovalInterval ?? TimeSpan.FromHours(48),
        ProxyCheckInterval = spec.ProxyCheckInterval ?? TimeSpan.FromSeconds(5),
        ProxyTimeout = spec.ProxyTimeout ?? TimeSpan.FromSeconds(15),
        MaxStandbys = spec.MaxStandbys ?? 20,
        MaxStandbysPerSender = spec.MaxStandbysPerSender ?? 3,
        MaxStandbyLagBytes = spec.MaxStandbyLagBytes ?? 1024 * 1204,
        SynchronousReplication = spec.SynchronousReplication ?? false,
        MinSynchronousStandbys = spec.MinSynchronousStandbys ?? 1,
        MaxSynchronousStandbys = spec.MaxSynchronousStandbys ?? 1,
        AdditionalWalSenders = spec.AdditionalWalSenders ?? 5,
        ExtraPrimarySlots = spec.ExtraPrimarySlots,
        UsePgRewind = spec.UsePgRewind ?? false,
        InitMode = spec.InitMode,
        MergePgParameters = spec.MergePgParameters ?? true,
        Role = spec.Role ?? ClusterRole.Primary,
        NewConfig = spec.NewConfig,
        PointInTimeConfig = spec.PointInTimeConfig,
        ExistingConfig = spec.ExistingConfig,
        StandbyConfig = spec.StandbyConfig,
        ReplicationAccess = spec.ReplicationAccess ?? ReplicationAccess.All,
        PgParameters = spec.PgParameters,
        PgHba = spec.PgHba,
        AutomaticPgRestart = spec.AutomaticPgRestart ?? false,
    };
}
