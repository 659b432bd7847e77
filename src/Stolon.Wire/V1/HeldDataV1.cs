using System.Text.Json.Serialization;
using Stolon.Core.Model;

namespace Stolon.Wire.V1;

/// <summary>The complete instance in a keeper's data directory. Not in stolon's format.</summary>
internal sealed class HeldDataV1
{
    [JsonPropertyName("clusterUID")]
    public string? ClusterUid { get; init; }

    /// <summary>An instance's uid, as in the keeper's file.</summary>
    [JsonPropertyName("uid")]
    public string? Uid { get; init; }

    [JsonPropertyName("systemID")]
    public string? SystemId { get; init; }

    [JsonPropertyName("timelineID")]
    public ulong? TimelineId { get; init; }

    [JsonPropertyName("xLogPos")]
    public ulong? XLogPos { get; init; }
}

/// <summary>The operator's consent to replace data. Not in stolon's format; its programs drop it at their next
/// write.</summary>
internal sealed class OverwriteConsentV1
{
    [JsonPropertyName("given")]
    public WallTime? Given { get; init; }

    [JsonPropertyName("any")]
    public bool? Any { get; init; }

    [JsonPropertyName("clusterUIDs")]
    public List<string?>? ClusterUids { get; init; }

    [JsonPropertyName("systemIDs")]
    public List<string?>? SystemIds { get; init; }
}
