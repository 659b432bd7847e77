using System.Text.Json.Serialization;

namespace Stolon.Wire.V1;

/// <summary>The specification as the operator gave it (docs/spec/cluster-specification.md 1). Members in the order they
/// are written.</summary>
internal sealed class ClusterSpecV1
{
    [JsonPropertyName("sleepInterval")]
    public TimeSpan? SleepInterval { get; init; }

    [JsonPropertyName("requestTimeout")]
    public TimeSpan? RequestTimeout { get; init; }

    [JsonPropertyName("convergenceTimeout")]
    public TimeSpan? ConvergenceTimeout { get; init; }

    [JsonPropertyName("initTimeout")]
    public TimeSpan? InitTimeout { get; init; }

    [JsonPropertyName("syncTimeout")]
    public TimeSpan? SyncTimeout { get; init; }

    [JsonPropertyName("dbWaitReadyTimeout")]
    public TimeSpan? DbWaitReadyTimeout { get; init; }

    [JsonPropertyName("failInterval")]
    public TimeSpan? FailInterval { get; init; }

    [JsonPropertyName("deadKeeperRemovalInterval")]
    public TimeSpan? DeadKeeperRemovalInterval { get; init; }

    [JsonPropertyName("proxyCheckInterval")]
    public TimeSpan? ProxyCheckInterval { get; init; }

    [JsonPropertyName("proxyTimeout")]
    public TimeSpan? ProxyTimeout { get; init; }

    [JsonPropertyName("maxStandbys")]
    public ushort? MaxStandbys { get; init; }

    [JsonPropertyName("maxStandbysPerSender")]
    public ushort? MaxStandbysPerSender { get; init; }

    [JsonPropertyName("maxStandbyLag")]
    public uint? MaxStandbyLag { get; init; }

    [JsonPropertyName("synchronousReplication")]
    public bool? SynchronousReplication { get; init; }

    [JsonPropertyName("minSynchronousStandbys")]
    public ushort? MinSynchronousStandbys { get; init; }

    [JsonPropertyName("maxSynchronousStandbys")]
    public ushort? MaxSynchronousStandbys { get; init; }

    [JsonPropertyName("additionalWalSenders")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ushort? AdditionalWalSenders { get; init; }

    [JsonPropertyName("additionalMasterReplicationSlots")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<string?>? AdditionalMasterReplicationSlots { get; init; }

    [JsonPropertyName("usePgrewind")]
    public bool? UsePgrewind { get; init; }

    /// <summary><c>new</c>, <c>existing</c> or <c>pitr</c>.</summary>
    [JsonPropertyName("initMode")]
    public string? InitMode { get; init; }

    [JsonPropertyName("mergePgParameters")]
    public bool? MergePgParameters { get; init; }

    /// <summary><c>master</c> or <c>standby</c>.</summary>
    [JsonPropertyName("role")]
    public string? Role { get; init; }

    [JsonPropertyName("newConfig")]
    public NewConfigV1? NewConfig { get; init; }

    [JsonPropertyName("pitrConfig")]
    public PitrConfigV1? PitrConfig { get; init; }

    [JsonPropertyName("existingConfig")]
    public ExistingConfigV1? ExistingConfig { get; init; }

    [JsonPropertyName("standbyConfig")]
    public StandbyConfigV1? StandbyConfig { get; init; }

    /// <summary><c>all</c> or <c>strict</c>.</summary>
    [JsonPropertyName("defaultSUReplAccessMode")]
    public string? DefaultSuReplAccessMode { get; init; }

    [JsonPropertyName("pgParameters")]
    public Dictionary<string, string?>? PgParameters { get; init; }

    [JsonPropertyName("pgHBA")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<string?>? PgHba { get; init; }

    [JsonPropertyName("automaticPgRestart")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public bool? AutomaticPgRestart { get; init; }
}
