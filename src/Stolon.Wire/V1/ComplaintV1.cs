using System.Text.Json.Serialization;
using Stolon.Core.Model;

namespace Stolon.Wire.V1;

/// <summary>Something a keeper finds wrong. Ours, not the original's, whose programs skip it.</summary>
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

/// <summary>Why something does not count as healthy. Ours, not the original's, whose programs skip it and drop it at
/// their next write.</summary>
internal sealed class TroubleV1
{
    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("since")]
    public WallTime? Since { get; init; }
}

/// <summary>A server's starts come to nothing. Ours, not the original's, whose programs skip it.</summary>
internal sealed class StartTroubleV1
{
    [JsonPropertyName("starts")]
    public int? Starts { get; init; }

    [JsonPropertyName("reason")]
    public string? Reason { get; init; }

    [JsonPropertyName("hopeless")]
    public bool? Hopeless { get; init; }
}
