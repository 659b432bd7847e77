namespace Stolon.Core.Model;

/// <summary>How a cluster gets its first primary (docs/spec/cluster-specification.md 5).</summary>
public enum ClusterInitMode
{
    /// <summary>A keeper runs initdb.</summary>
    New,

    /// <summary>A named keeper's present data directory is adopted.</summary>
    Existing,

    /// <summary>A keeper restores a backup and replays archived WAL.</summary>
    PointInTimeRecovery,
}

/// <summary>The arguments of initdb (docs/spec/cluster-specification.md 1, NewConfig). Null: initdb's own
/// default.</summary>
public sealed record NewConfig
{
    public string? Locale { get; init; }

    public string? Encoding { get; init; }

    public bool DataChecksums { get; init; }
}

/// <summary>Which data directory is adopted (docs/spec/cluster-specification.md 1, ExistingConfig).</summary>
public sealed record ExistingConfig
{
    /// <summary>The keeper whose data directory becomes the primary; null or empty is a validation error.</summary>
    public string? KeeperUid { get; init; }
}

/// <summary>How a backup is restored (docs/spec/cluster-specification.md 1, PITRConfig).</summary>
public sealed record PointInTimeConfig
{
    /// <summary>Shell command; <c>%d</c> is the data directory, <c>%%</c> a percent sign. Empty is a validation
    /// error.</summary>
    public string? DataRestoreCommand { get; init; }

    public ArchiveRecoverySettings? ArchiveRecovery { get; init; }

    public RecoveryTargetSettings? RecoveryTarget { get; init; }
}

/// <summary>Which external server a standby cluster follows (docs/spec/cluster-specification.md 1,
/// StandbyConfig).</summary>
public sealed record StandbyConfig
{
    public StandbySettings? Standby { get; init; }

    public ArchiveRecoverySettings? ArchiveRecovery { get; init; }
}
