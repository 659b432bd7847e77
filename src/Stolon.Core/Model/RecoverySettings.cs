namespace Stolon.Core.Model;

/// <summary>How a standby of an external server streams (docs/spec/cluster-specification.md 1, StandbySettings). Null:
/// not set.</summary>
public sealed record StandbySettings
{
    /// <summary>PostgreSQL's <c>primary_conninfo</c>: a libpq connection string.</summary>
    public string? PrimaryConnInfo { get; init; }

    /// <summary>PostgreSQL's <c>primary_slot_name</c>.</summary>
    public string? PrimarySlotName { get; init; }

    /// <summary>PostgreSQL's <c>recovery_min_apply_delay</c>, with its unit.</summary>
    public string? RecoveryMinApplyDelay { get; init; }

    /// <summary>Without the connection string, which may hold a password.</summary>
    public override string ToString() => $"StandbySettings(slot {PrimarySlotName})";
}

/// <summary>How archived WAL is fetched (docs/spec/cluster-specification.md 1, ArchiveRecoverySettings).</summary>
public sealed record ArchiveRecoverySettings
{
    /// <summary>PostgreSQL's <c>restore_command</c>; null or empty is written as an empty value.</summary>
    public string? RestoreCommand { get; init; }
}

/// <summary>Where a point-in-time recovery stops (docs/spec/cluster-specification.md 1, RecoveryTargetSettings). Null:
/// not set.</summary>
public sealed record RecoveryTargetSettings
{
    public string? Target { get; init; }

    public string? TargetLsn { get; init; }

    public string? TargetName { get; init; }

    public string? TargetTime { get; init; }

    public string? TargetXid { get; init; }

    public string? TargetTimeline { get; init; }
}
