using System.Text.Json;
using System.Text.Json.Serialization;
using Stolon.Core.Model;

namespace Stolon.Wire.V1;

/// <summary>The cluster object (docs/spec/cluster-data.md 2).</summary>
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

    /// <summary>Not in stolon's format; its programs drop it at their next write. The data of other clusters that may
    /// be replaced.</summary>
    [JsonPropertyName("overwriteConsent")]
    public OverwriteConsentV1? OverwriteConsent { get; init; }
}

/// <summary>The cluster's status.</summary>
internal sealed class ClusterStatusV1
{
    /// <summary>Never set: kept as a foreign member, in its place.</summary>
    [JsonPropertyName("currentGeneration")]
    public JsonElement? CurrentGeneration { get; init; }

    /// <summary><c>initializing</c> or <c>normal</c>.</summary>
    [JsonPropertyName("phase")]
    public string? Phase { get; init; }

    /// <summary>An instance's uid, not a keeper's.</summary>
    [JsonPropertyName("master")]
    public string? Master { get; init; }

    /// <summary>Not in stolon's format; its programs drop it at their next write. Why clients reach no
    /// primary.</summary>
    [JsonPropertyName("trouble")]
    public TroubleV1? Trouble { get; init; }
}
