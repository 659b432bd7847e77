using System.Text.Json.Serialization;

namespace Stolon.Wire.V1;

/// <summary>A standby that streams from the keeper's PostgreSQL. Not in stolon's format.</summary>
internal sealed class StreamV1
{
    [JsonPropertyName("uid")]
    public string? Uid { get; init; }

    [JsonPropertyName("state")]
    public string? State { get; init; }

    [JsonPropertyName("flushPos")]
    public ulong? FlushPos { get; init; }
}

/// <summary>A replication slot of the keeper's PostgreSQL. Not in stolon's format.</summary>
internal sealed class SlotV1
{
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("active")]
    public bool? Active { get; init; }

    /// <summary>Bytes.</summary>
    [JsonPropertyName("retained")]
    public long? Retained { get; init; }

    [JsonPropertyName("walStatus")]
    public string? WalStatus { get; init; }
}

/// <summary>A file system, in bytes. Not in stolon's format.</summary>
internal sealed class DiskV1
{
    [JsonPropertyName("total")]
    public long? Total { get; init; }

    [JsonPropertyName("free")]
    public long? Free { get; init; }
}
