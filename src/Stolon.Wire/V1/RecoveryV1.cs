using System.Text.Json.Serialization;

namespace Stolon.Wire.V1;

/// <summary>How archived WAL is fetched (docs/spec/cluster-specification.md 1).</summary>
internal sealed class ArchiveRecoverySettingsV1
{
    [JsonPropertyName("restoreCommand")]
    public string? RestoreCommand { get; init; }
}

/// <summary>Where a recovery stops (docs/spec/cluster-specification.md 1).</summary>
internal sealed class RecoveryTargetSettingsV1
{
    [JsonPropertyName("recoveryTarget")]
    public string? RecoveryTarget { get; init; }

    [JsonPropertyName("recoveryTargetLsn")]
    public string? RecoveryTargetLsn { get; init; }

    [JsonPropertyName("recoveryTargetName")]
    public string? RecoveryTargetName { get; init; }

    [JsonPropertyName("recoveryTargetTime")]
    public string? RecoveryTargetTime { get; init; }

    [JsonPropertyName("recoveryTargetXid")]
    public string? RecoveryTargetXid { get; init; }

    [JsonPropertyName("recoveryTargetTimeline")]
    public string? RecoveryTargetTimeline { get; init; }
}

/// <summary>How a standby streams (docs/spec/cluster-specification.md 1).</summary>
internal sealed class StandbySettingsV1
{
    /// <summary>Sic: the manual spells it primaryConnInfo; both are read, this one is written.</summary>
    [JsonPropertyName("primaryConninfo")]
    public string? PrimaryConninfo { get; init; }

    [JsonPropertyName("primarySlotName")]
    public string? PrimarySlotName { get; init; }

    [JsonPropertyName("recoveryMinApplyDelay")]
    public string? RecoveryMinApplyDelay { get; init; }
}
