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
