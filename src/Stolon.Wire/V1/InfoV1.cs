using System.Text.Json.Serialization;

namespace Stolon.Wire.V1;

/// <summary>The document under <c>proxies/info</c> (docs/spec/store.md 4.3). Sic: three names capitalised.</summary>
internal sealed class ProxyInfoV1
{
    [JsonPropertyName("infoUID")]
    public string? InfoUid { get; init; }

    [JsonPropertyName("UID")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Uid { get; init; }

    [JsonPropertyName("Generation")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? Generation { get; init; }

    /// <summary>Sic: the only duration that is a number, of nanoseconds.</summary>
    [JsonPropertyName("ProxyTimeout")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public long? ProxyTimeout { get; init; }
}

/// <summary>The document under <c>sentinels/info</c> (docs/spec/store.md 4.2).</summary>
internal sealed class SentinelInfoV1
{
    [JsonPropertyName("UID")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public string? Uid { get; init; }
}
