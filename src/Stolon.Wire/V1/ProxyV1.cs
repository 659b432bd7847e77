using System.Text.Json;
using System.Text.Json.Serialization;
using Stolon.Core.Model;

namespace Stolon.Wire.V1;

/// <summary>What proxies must do (docs/spec/cluster-data.md 5).</summary>
internal sealed class ProxyV1
{
    /// <summary>Never used: kept as a foreign member, in its place.</summary>
    [JsonPropertyName("uid")]
    public JsonElement? Uid { get; init; }

    [JsonPropertyName("generation")]
    public long? Generation { get; init; }

    [JsonPropertyName("changeTime")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public WallTime? ChangeTime { get; init; }

    [JsonPropertyName("spec")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public ProxySpecV1? Spec { get; init; }

    [JsonPropertyName("status")]
    [JsonIgnore(Condition = JsonIgnoreCondition.Never)]
    public EmptyV1? Status { get; init; }
}

/// <summary>The target and the enabled proxies (docs/spec/cluster-data.md 5).</summary>
internal sealed class ProxySpecV1
{
    [JsonPropertyName("masterDbUid")]
    public string? MasterDbUid { get; init; }

    [JsonPropertyName("enabledProxies")]
    public List<string?>? EnabledProxies { get; init; }

    /// <summary>Not in stolon's format; its programs drop it at their next write. The target's address when it was
    /// chosen.</summary>
    [JsonPropertyName("masterAddress")]
    public string? MasterAddress { get; init; }

    /// <inheritdoc cref="MasterAddress"/>
    [JsonPropertyName("masterPort")]
    public string? MasterPort { get; init; }
}
