using System.Text.Json.Serialization;

namespace Stolon.Wire.V1;

/// <summary>The one member of the cluster data that every version of the format has: looked at before anything
/// else.</summary>
internal sealed class FormatVersionV1
{
    [JsonPropertyName("formatVersion")]
    public ulong? FormatVersion { get; init; }
}
