using System.Text.Json;
using System.Text.Json.Serialization;
using Stolon.Core.Model;

namespace Stolon.Wire.V1;

/// <summary>The cluster object (cluster-data.md 2).</summary>
internal sealed class ClusterV1
{
    [JsonPropertyName("uid")]
    public string? Uid { get; init; }

    [JsonPropertyName("generation")]
    public long? Generation { get; init; }

    [JsonPropertyName("changeTime")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public WallTime? ChangeTime { get; init; }

    [JsonPropertyName("spec")]
    public ClusterSpecV1? Spec { get; init; }

    [JsonPropertyName("status")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ClusterStatusV1? Status { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it and drop it at their next write: which data of other
    /// clusters may be given up.</summary>
    [JsonPropertyName("overwriteConsent")]
    public OverwriteConsentV1? OverwriteConsent { get; init; }
}

/// <summary>The cluster's status.</summary>
internal sealed class ClusterStatusV1
{
    /// <summary>Never set by anybody: kept as a foreign member, in its place.</summary>
    [JsonPropertyName("currentGeneration")]
    public JsonElement? CurrentGeneration { get; init; }

    /// <summary><c>initializing</c> or <c>normal</c>.</summary>
    [JsonPropertyName("phase")]
    public string? Phase { get; init; }

    /// <summary>An instance's uid, not a keeper's.</summary>
    [JsonPropertyName("master")]
    public string? Master { get; init; }

    /// <summary>Ours, not the original's, whose programs skip it and drop it at their next write: why clients reach no
    /// primary.</summary>
    [JsonPropertyName("trouble")]
    public TroubleV1? Trouble { get; init; }
}
