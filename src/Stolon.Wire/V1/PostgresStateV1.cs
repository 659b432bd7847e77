using System.Text.Json.Serialization;

namespace Stolon.Wire.V1;

/// <summary>The members that both forms of a server's state have; each form has its own order, and another name for the
/// system identifier.</summary>
internal interface IPostgresMembersV1
{
    string? ListenAddress { get; set; }

    string? Port { get; set; }

    string? SystemId { get; set; }

    ulong? TimelineId { get; set; }

    ulong? XLogPos { get; set; }

    List<TimelineSwitchV1?>? TimelinesHistory { get; set; }

    Dictionary<string, string?>? PgParameters { get; set; }

    string? OlderWalFile { get; set; }

    ulong? ReplayPos { get; set; }

    List<string?>? PendingRestart { get; set; }
}

/// <summary>What a keeper observed of its PostgreSQL (docs/spec/store.md 4.1, PostgresState). "Ours": not in stolon's
/// format; its programs skip the member.</summary>
internal sealed class PostgresStateV1 : IPostgresMembersV1
{
    [JsonPropertyName("uid")]
    public string? Uid { get; init; }

    [JsonPropertyName("generation")]
    public long? Generation { get; init; }

    [JsonPropertyName("listenAddress")]
    public string? ListenAddress { get; set; }

    [JsonPropertyName("port")]
    public string? Port { get; set; }

    [JsonPropertyName("healthy")]
    public bool? Healthy { get; init; }

    [JsonPropertyName("systemID")]
    public string? SystemId { get; set; }

    [JsonPropertyName("timelineID")]
    public ulong? TimelineId { get; set; }

    [JsonPropertyName("xLogPos")]
    public ulong? XLogPos { get; set; }

    [JsonPropertyName("timelinesHistory")]
    public List<TimelineSwitchV1?>? TimelinesHistory { get; set; }

    [JsonPropertyName("pgParameters")]
    public Dictionary<string, string?>? PgParameters { get; set; }

    [JsonPropertyName("synchronousStandbys")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<string?>? SynchronousStandbys { get; init; }

    [JsonPropertyName("olderWalFile")]
    public string? OlderWalFile { get; set; }

    /// <summary>Ours: why it is not healthy.</summary>
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    /// <summary>Ours: what keeps the keeper from querying the server.</summary>
    [JsonPropertyName("obstacle")]
    public string? Obstacle { get; init; }

    /// <summary>Ours: the keeper cannot observe it, but it serves.</summary>
    [JsonPropertyName("serves")]
    public bool? Serves { get; init; }

    /// <summary>Ours: where a standby receives WAL from.</summary>
    [JsonPropertyName("streamsFrom")]
    public string? StreamsFrom { get; init; }

    /// <summary>Ours: why the last test write failed.</summary>
    [JsonPropertyName("writeProblem")]
    public string? WriteProblem { get; init; }

    /// <summary>Ours: the keeper was asked to stop, and the server has ended.</summary>
    [JsonPropertyName("stopped")]
    public bool? Stopped { get; init; }

    /// <summary>Ours: the parameters that it did not accept.</summary>
    [JsonPropertyName("leftOut")]
    public List<string?>? LeftOut { get; init; }

    /// <summary>Ours: the parameters that wait for a restart.</summary>
    [JsonPropertyName("pendingRestart")]
    public List<string?>? PendingRestart { get; set; }

    /// <summary>Ours: how often the server has ended by itself.</summary>
    [JsonPropertyName("unplannedEnds")]
    public int? UnplannedEnds { get; init; }

    /// <summary>Ours: why it cannot be started.</summary>
    [JsonPropertyName("startTrouble")]
    public StartTroubleV1? StartTrouble { get; init; }

    /// <summary>Ours: how far a standby has replayed WAL.</summary>
    [JsonPropertyName("replayPos")]
    public ulong? ReplayPos { get; set; }

    /// <summary>Ours: the standbys that stream from here.</summary>
    [JsonPropertyName("streams")]
    public List<StreamV1?>? Streams { get; init; }

    /// <summary>Ours: the replication slots.</summary>
    [JsonPropertyName("slots")]
    public List<SlotV1?>? Slots { get; init; }

    /// <summary>Ours: the disk with the WAL.</summary>
    [JsonPropertyName("walDisk")]
    public DiskV1? WalDisk { get; init; }
}

/// <summary>The status of an instance (docs/spec/cluster-data.md 4, DBStatus). "Ours": not in stolon's format; its
/// programs drop the member at their next write.</summary>
internal sealed class InstanceStatusV1 : IPostgresMembersV1
{
    [JsonPropertyName("healthy")]
    public bool? Healthy { get; init; }

    [JsonPropertyName("currentGeneration")]
    public long? CurrentGeneration { get; init; }

    [JsonPropertyName("listenAddress")]
    public string? ListenAddress { get; set; }

    [JsonPropertyName("port")]
    public string? Port { get; set; }

    /// <summary>Sic: the format says "systemdID" here, and "systemID" in a keeper's report.</summary>
    [JsonPropertyName("systemdID")]
    public string? SystemId { get; set; }

    [JsonPropertyName("timelineID")]
    public ulong? TimelineId { get; set; }

    [JsonPropertyName("xLogPos")]
    public ulong? XLogPos { get; set; }

    [JsonPropertyName("timelinesHistory")]
    public List<TimelineSwitchV1?>? TimelinesHistory { get; set; }

    [JsonPropertyName("pgParameters")]
    public Dictionary<string, string?>? PgParameters { get; set; }

    [JsonPropertyName("synchronousStandbys")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public List<string?>? SynchronousStandbys { get; init; }

    [JsonPropertyName("olderWalFile")]
    public string? OlderWalFile { get; set; }

    /// <summary>Ours: how far a standby has replayed WAL.</summary>
    [JsonPropertyName("replayPos")]
    public ulong? ReplayPos { get; set; }

    /// <summary>Ours: the parameters that it did not accept.</summary>
    [JsonPropertyName("leftOut")]
    public List<string?>? LeftOut { get; init; }

    /// <summary>Ours: the parameters that wait for a restart.</summary>
    [JsonPropertyName("pendingRestart")]
    public List<string?>? PendingRestart { get; set; }

    /// <summary>Ours: why it is not healthy.</summary>
    [JsonPropertyName("trouble")]
    public TroubleV1? Trouble { get; init; }
}

/// <summary>One line of a timeline history (docs/spec/store.md 4.1).</summary>
internal sealed class TimelineSwitchV1
{
    [JsonPropertyName("timelineID")]
    public ulong? TimelineId { get; init; }

    [JsonPropertyName("switchPoint")]
    public ulong? SwitchPoint { get; init; }

    [JsonPropertyName("reason")]
    public string? Reason { get; init; }
}
