using System.Text.Json.Serialization;
using Stolon.Core.Model;

namespace Stolon.Wire.V1;

/// <summary>A keeper in the cluster data (docs/spec/cluster-data.md 3).</summary>
internal sealed class KeeperV1
{
    [JsonPropertyName("uid")]
    public string? Uid { get; init; }

    [JsonPropertyName("generation")]
    public long? Generation { get; init; }

    [JsonPropertyName("changeTime")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public WallTime? ChangeTime { get; init; }

    [JsonPropertyName("spec")]
    public EmptyV1? Spec { get; init; }

    [JsonPropertyName("status")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public KeeperStatusV1? Status { get; init; }
}

/// <summary>The status of a keeper (docs/spec/cluster-data.md 3). "Ours": not in stolon's format; its programs drop the
/// member at their next write.</summary>
internal sealed class KeeperStatusV1
{
    [JsonPropertyName("healthy")]
    public bool? Healthy { get; init; }

    [JsonPropertyName("lastHealthyTime")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public WallTime? LastHealthyTime { get; init; }

    [JsonPropertyName("bootUUID")]
    public string? BootUuid { get; init; }

    [JsonPropertyName("postgresBinaryVersion")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public PostgresBinaryVersionV1? PostgresBinaryVersion { get; init; }

    [JsonPropertyName("forceFail")]
    public bool? ForceFail { get; init; }

    [JsonPropertyName("canBeMaster")]
    public bool? CanBeMaster { get; init; }

    [JsonPropertyName("canBeSynchronousReplica")]
    public bool? CanBeSynchronousReplica { get; init; }

    /// <summary>Ours: two keepers report under this uid.</summary>
    [JsonPropertyName("contested")]
    public bool? Contested { get; init; }

    /// <summary>Ours: why it is not healthy.</summary>
    [JsonPropertyName("trouble")]
    public TroubleV1? Trouble { get; init; }
}

/// <summary>Sic: capitalised names, always written (docs/spec/store.md 4.1).</summary>
internal sealed class PostgresBinaryVersionV1
{
    [JsonPropertyName("Maj")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? Maj { get; init; }

    [JsonPropertyName("Min")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public int? Min { get; init; }
}

/// <summary>An object the format has without members: <c>{}</c>.</summary>
internal sealed class EmptyV1
{
    public static EmptyV1 Instance { get; } = new();
}
