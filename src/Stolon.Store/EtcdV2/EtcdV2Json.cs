using System.Text.Json.Serialization;

namespace Stolon.Store.EtcdV2;

/// <summary>The body of every response of the keys API: an event or an error.</summary>
internal sealed record EtcdV2Body
{
    [JsonPropertyName("node")]
    public EtcdV2Node? Node { get; init; }

    /// <summary>Null = no error.</summary>
    [JsonPropertyName("errorCode")]
    public int? ErrorCode { get; init; }

    [JsonPropertyName("message")]
    public string? Message { get; init; }

    [JsonPropertyName("cause")]
    public string? Cause { get; init; }
}

/// <summary>A key or a directory.</summary>
internal sealed record EtcdV2Node
{
    /// <summary>With a leading slash.</summary>
    [JsonPropertyName("key")]
    public string Key { get; init; } = "";

    [JsonPropertyName("value")]
    public string? Value { get; init; }

    [JsonPropertyName("dir")]
    public bool Directory { get; init; }

    [JsonPropertyName("nodes")]
    public IReadOnlyList<EtcdV2Node>? Nodes { get; init; }

    [JsonPropertyName("createdIndex")]
    public long Created { get; init; }

    [JsonPropertyName("modifiedIndex")]
    public long Modified { get; init; }

    /// <summary>All keys in it at any depth; the node itself if it is a key.</summary>
    public IEnumerable<EtcdV2Node> Keys() => Directory ? (Nodes ?? []).SelectMany(n => n.Keys()) : [this];
}

[JsonSerializable(typeof(EtcdV2Body))]
internal sealed partial class EtcdV2JsonContext : JsonSerializerContext;

/// <summary>The error codes of etcd's v2 API that we handle.</summary>
internal static class EtcdV2ErrorCode
{
    public const int KeyNotFound = 100;
    public const int CompareFailed = 101;
    public const int KeyExists = 105;
    public const int Unauthorised = 110;
    public const int IndexCleared = 401;
}
