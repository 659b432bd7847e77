using System.Text.Json.Serialization;
using Stolon.Core.Model;

namespace Stolon.Wire.V1;

/// <summary>A problem that a keeper has found. Not in stolon's format.</summary>
internal sealed class ComplaintV1
{
    [JsonPropertyName("subject")]
    public string? Subject { get; init; }

    [JsonPropertyName("text")]
    public string? Text { get; init; }

    [JsonPropertyName("since")]
    public WallTime? Since { get; init; }

    [JsonPropertyName("refusal")]
    public bool? Refusal { get; init; }
}

/// <summary>Why something does not count as healthy. Not in stolon's format; its programs drop it at their next
/// write.</summary>
internal sealed class TroubleV1
{
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("since")]
    public WallTime? Since { get; init; }
}

/// <summary>A server cannot be started. Not in stolon's format.</summary>
internal sealed class StartTroubleV1
{
    [JsonPropertyName("starts")]
    public int? Starts { get; init; }

    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("hopeless")]
    public bool? Hopeless { get; init; }
}
