using System.Text.Json.Serialization;
using Stolon.Core.Model;

namespace Stolon.Wire.V1;

/// <summary>The document under <c>clusterdata</c> (docs/spec/cluster-data.md 1). Members in the order they are
/// written.</summary>
internal sealed class ClusterDataV1
{
    [JsonPropertyName("formatVersion")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ulong? FormatVersion { get; init; }

    [JsonPropertyName("changeTime")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public WallTime? ChangeTime { get; init; }

    [JsonPropertyName("cluster")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ClusterV1? Cluster { get; init; }

    [JsonPropertyName("keepers")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Dictionary<string, KeeperV1?>? Keepers { get; init; }

    [JsonPropertyName("dbs")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public Dictionary<string, InstanceV1?>? Dbs { get; init; }

    [JsonPropertyName("proxy")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ProxyV1? Proxy { get; init; }
}
