using System.Text.Json.Serialization;
using Stolon.Core.Model;

namespace Stolon.Wire.V1;

/// <summary>An instance, which the format calls "db" (docs/spec/cluster-data.md 4).</summary>
internal sealed class InstanceV1
{
    [JsonPropertyName("uid")]
    public string? Uid { get; init; }

    [JsonPropertyName("generation")]
    public long? Generation { get; init; }

    [JsonPropertyName("changeTime")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public WallTime? ChangeTime { get; init; }

    [JsonPropertyName("spec")]
    public InstanceSpecV1? Spec { get; init; }

    [JsonPropertyName("status")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public InstanceStatusV1? Status { get; init; }
}

/// <summary>The desired state of an instance (docs/spec/cluster-data.md 4, DBSpec). Members in the order in which they
/// are written.</summary>
internal sealed class InstanceSpecV1
{
    [JsonPropertyName("keeperUID")]
    public string? KeeperUid { get; init; }

    [JsonPropertyName("requestTimeout")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public TimeSpan? RequestTimeout { get; init; }

    [JsonPropertyName("maxStandbys")]
    public ushort? MaxStandbys { get; init; }

    [JsonPropertyName("synchronousReplication")]
    public bool? SynchronousReplication { get; init; }

    [JsonPropertyName("usePgrewind")]
    public bool? UsePgrewind { get; init; }

    [JsonPropertyName("additionalWalSenders")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ushort? AdditionalWalSenders { get; init; }

    [JsonPropertyName("additionalReplicationSlots")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<string?>? AdditionalReplicationSlots { get; init; }

    /// <summary><c>none</c>, <c>existing</c>, <c>new</c>, <c>pitr</c> or <c>resync</c>.</summary>
    [JsonPropertyName("initMode")]
    public string? InitMode { get; init; }

    [JsonPropertyName("newConfig")]
    public NewConfigV1? NewConfig { get; init; }

    [JsonPropertyName("pitrConfig")]
    public PitrConfigV1? PitrConfig { get; init; }

    [JsonPropertyName("pgParameters")]
    public Dictionary<string, string?>? PgParameters { get; init; }

    [JsonPropertyName("pgHBA")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<string?>? PgHba { get; init; }

    /// <summary><c>master</c> or <c>standby</c>.</summary>
    [JsonPropertyName("role")]
    public string? Role { get; init; }

    [JsonPropertyName("followConfig")]
    public FollowConfigV1? FollowConfig { get; init; }

    [JsonPropertyName("followers")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<string?>? Followers { get; init; }

    [JsonPropertyName("includePreviousConfig")]
    public bool? IncludePreviousConfig { get; init; }

    [JsonPropertyName("synchronousStandbys")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<string?>? SynchronousStandbys { get; init; }

    [JsonPropertyName("externalSynchronousStandbys")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<string?>? ExternalSynchronousStandbys { get; init; }
}

/// <summary>The source of a standby (docs/spec/cluster-data.md 4, FollowConfig).</summary>
internal sealed class FollowConfigV1
{
    /// <summary><c>internal</c> or <c>external</c>.</summary>
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("dbuid")]
    public string? DbUid { get; init; }

    [JsonPropertyName("standbySettings")]
    public StandbySettingsV1? StandbySettings { get; init; }

    [JsonPropertyName("archiveRecoverySettings")]
    public ArchiveRecoverySettingsV1? ArchiveRecoverySettings { get; init; }
}
