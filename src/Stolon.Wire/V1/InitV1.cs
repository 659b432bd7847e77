using System.Text.Json.Serialization;

namespace Stolon.Wire.V1;

/// <summary>The arguments of initdb (docs/spec/cluster-specification.md 1, NewConfig).</summary>
internal sealed class NewConfigV1
{
    [JsonPropertyName("locale")]
    public string? Locale { get; init; }

    [JsonPropertyName("encoding")]
    public string? Encoding { get; init; }

    [JsonPropertyName("dataChecksums")]
    public bool? DataChecksums { get; init; }
}

/// <summary>Which data directory is adopted (docs/spec/cluster-specification.md 1, ExistingConfig).</summary>
internal sealed class ExistingConfigV1
{
    [JsonPropertyName("keeperUID")]
    public string? KeeperUid { get; init; }
}

/// <summary>How a backup is restored (docs/spec/cluster-specification.md 1, PITRConfig).</summary>
internal sealed class PitrConfigV1
{
    [JsonPropertyName("dataRestoreCommand")]
    public string? DataRestoreCommand { get; init; }

    [JsonPropertyName("archiveRecoverySettings")]
    public ArchiveRecoverySettingsV1? ArchiveRecoverySettings { get; init; }

    [JsonPropertyName("recoveryTargetSettings")]
    public RecoveryTargetSettingsV1? RecoveryTargetSettings { get; init; }
}

/// <summary>The source of a standby cluster (docs/spec/cluster-specification.md 1, StandbyConfig).</summary>
internal sealed class StandbyConfigV1
{
    [JsonPropertyName("standbySettings")]
    public StandbySettingsV1? StandbySettings { get; init; }

    [JsonPropertyName("archiveRecoverySettings")]
    public ArchiveRecoverySettingsV1? ArchiveRecoverySettings { get; init; }
}
