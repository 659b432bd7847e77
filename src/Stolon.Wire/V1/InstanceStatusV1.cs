using System.Text.Json.Serialization;

namespace Stolon.Wire.V1;

/// <summary>What the sentinel knows of an instance (cluster-data.md 4, DBStatus).</summary>
internal sealed class InstanceStatusV1
{
    [JsonPropertyName("healthy")]
    public bool? Healthy { get; init; }

    [JsonPropertyName("currentGeneration")]
    public long? CurrentGeneration { get; init; }

    [JsonPropertyName("listenAddress")]
    public string? ListenAddress { get; init; }

    [JsonPropertyName("port")]
    public string? Port { get; init; }

    /// <summary>Sic: the format says "systemdID" here, and "systemID" in a keeper's report.</summary>
    [JsonPropertyName("systemdID")]
    public string? SystemId { get; init; }

    [JsonPropertyName("timelineID")]
    public ulong? TimelineId { get; init; }

    [JsonPropertyName("xLogPos")]
    public ulong? XLogPos { get; init; }

    [JsonPropertyName("timelinesHistory")]
    public List<TimelineSwitchV1?>? TimelinesHistory { get; init; }

    [JsonPropertyName("pgParameters")]
    public Dictionary<string, string?>? PgParameters { get; init; }

    [JsonPropertyName("synchronousStandbys")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<string?>? SynchronousStandbys { get; init; }

    [JsonPropertyName("olderWalFile")]
    public string? OlderWalFile { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it and drop it at their next write: what a standby has
    /// replayed.</summary>
    [JsonPropertyName("replayPos")]
    public ulong? ReplayPos { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it and drop it at their next write: the parameters it did
    /// not take.</summary>
    [JsonPropertyName("leftOut")]
    public List<string?>? LeftOut { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it and drop it at their next write: the parameters that
    /// wait for its restart.</summary>
    [JsonPropertyName("pendingRestart")]
    public List<string?>? PendingRestart { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it and drop it at their next write: why it is not
    /// healthy.</summary>
    [JsonPropertyName("trouble")]
    public TroubleV1? Trouble { get; init; }
}

/// <summary>One line of a timeline history (store.md 4.1).</summary>
internal sealed class TimelineSwitchV1
{
    [JsonPropertyName("timelineID")]
    public ulong? TimelineId { get; init; }

    [JsonPropertyName("switchPoint")]
    public ulong? SwitchPoint { get; init; }

    [JsonPropertyName("reason")]
    public string? Reason { get; init; }
}
