using System.Text.Json.Serialization;

namespace Stolon.Wire.V1;

/// <summary>The document under <c>keepers/info</c> (docs/spec/store.md 4.1). "Ours": not in stolon's format; its
/// programs skip the member.</summary>
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

    /// <summary>Ours: how many reports this run has made.</summary>
    [JsonPropertyName("number")]
    public long? Number { get; init; }

    /// <summary>Ours: the keeper's complaints.</summary>
    [JsonPropertyName("complaints")]
    public List<ComplaintV1?>? Complaints { get; init; }

    /// <summary>Ours: the complete instance in its data directory.</summary>
    [JsonPropertyName("holds")]
    public HeldDataV1? Holds { get; init; }
}
