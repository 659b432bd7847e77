using System.Text.Json.Serialization;

namespace Stolon.Wire.V1;

/// <summary>The document under <c>keepers/info</c> (store.md 4.1).</summary>
internal sealed class KeeperInfoV1
{
    [JsonPropertyName("infoUID")]
    public string? InfoUid { get; init; }

    [JsonPropertyName("uid")]
    public string? Uid { get; init; }

    [JsonPropertyName("clusterUID")]
    public string? ClusterUid { get; init; }

    [JsonPropertyName("bootUUID")]
    public string? BootUuid { get; init; }

    [JsonPropertyName("postgresBinaryVersion")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public PostgresBinaryVersionV1? PostgresBinaryVersion { get; init; }

    [JsonPropertyName("postgresState")]
    public PostgresStateV1? PostgresState { get; init; }

    [JsonPropertyName("canBeMaster")]
    public bool? CanBeMaster { get; init; }

    [JsonPropertyName("canBeSynchronousReplica")]
    public bool? CanBeSynchronousReplica { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: how many reports this run has made.</summary>
    [JsonPropertyName("number")]
    public long? Number { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: what the keeper finds wrong.</summary>
    [JsonPropertyName("complaints")]
    public List<ComplaintV1?>? Complaints { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: the whole instance in its data directory.</summary>
    [JsonPropertyName("holds")]
    public HeldDataV1? Holds { get; init; }
}

/// <summary>What a keeper saw of its PostgreSQL (store.md 4.1, PostgresState).</summary>
internal sealed class PostgresStateV1
{
    [JsonPropertyName("uid")]
    public string? Uid { get; init; }

    [JsonPropertyName("generation")]
    public long? Generation { get; init; }

    [JsonPropertyName("listenAddress")]
    public string? ListenAddress { get; init; }

    [JsonPropertyName("port")]
    public string? Port { get; init; }

    [JsonPropertyName("healthy")]
    public bool? Healthy { get; init; }

    [JsonPropertyName("systemID")]
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

    /// <summary>Ours, not the original's, whose programs skip it: why it is not healthy.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: what keeps the keeper from asking.</summary>
    [JsonPropertyName("obstacle")]
    public string? Obstacle { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: unobserved, it serves all the same.</summary>
    [JsonPropertyName("serves")]
    public bool? Serves { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: where a standby receives WAL from.</summary>
    [JsonPropertyName("streamsFrom")]
    public string? StreamsFrom { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: why an attempt to write has not succeeded.</summary>
    [JsonPropertyName("writeProblem")]
    public string? WriteProblem { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: the server has ended because its keeper was told to
    /// stop.</summary>
    [JsonPropertyName("stopped")]
    public bool? Stopped { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: the parameters it did not take.</summary>
    [JsonPropertyName("leftOut")]
    public List<string?>? LeftOut { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: the parameters that wait for a restart.</summary>
    [JsonPropertyName("pendingRestart")]
    public List<string?>? PendingRestart { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: how often the server has ended by itself.</summary>
    [JsonPropertyName("unplannedEnds")]
    public int? UnplannedEnds { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: its starts come to nothing.</summary>
    [JsonPropertyName("startTrouble")]
    public StartTroubleV1? StartTrouble { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: what a standby has replayed.</summary>
    [JsonPropertyName("replayPos")]
    public ulong? ReplayPos { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: who streams from here.</summary>
    [JsonPropertyName("streams")]
    public List<StreamV1?>? Streams { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: the replication slots.</summary>
    [JsonPropertyName("slots")]
    public List<SlotV1?>? Slots { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it: the disk with the WAL.</summary>
    [JsonPropertyName("walDisk")]
    public DiskV1? WalDisk { get; init; }
}
