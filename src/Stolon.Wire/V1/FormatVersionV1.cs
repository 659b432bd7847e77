using System.Text.Json.Serialization;

namespace Stolon.Wire.V1;

/// <summary>The only member of the cluster data that every version of the format has; it is read first.</summary>
internal sealed class FormatVersionV1
{
    [JsonPropertyName("formatVersion")]
    public ulong? FormatVersion { get; init; }
}
