using System.Text.Json.Serialization;

namespace Stolon.Store.Consul;

/// <summary>The JSON of Consul's API. Source: Consul manual, "HTTP API".</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ConsulEntry[]))]
[JsonSerializable(typeof(string[]))]
[JsonSerializable(typeof(bool))]
[JsonSerializable(typeof(ConsulSessionRequest))]
[JsonSerializable(typeof(ConsulSession))]
[JsonSerializable(typeof(ConsulTransactionPart[]))]
[JsonSerializable(typeof(ConsulTransactionResult))]
[JsonSerializable(typeof(Dictionary<string, ConsulAgentService>))]
[JsonSerializable(typeof(ConsulListedService[]))]
[JsonSerializable(typeof(ConsulServiceRequest))]
internal sealed partial class ConsulJson : JsonSerializerContext;

/// <summary>One key.</summary>
internal sealed record ConsulEntry
{
    public string Key { get; init; } = "";

    /// <summary>Null = the empty value.</summary>
    public byte[]? Value { get; init; }

    /// <summary>The session that has locked the key; null = none.</summary>
    public string? Session { get; init; }

    /// <summary>The Raft index of the last change of the key.</summary>
    public ulong ModifyIndex { get; init; }
}

/// <summary>A request to create a session.</summary>
internal sealed record ConsulSessionRequest
{
    public string? Name { get; init; }

    /// <summary><c>delete</c> or <c>release</c>: what happens to its keys at its end.</summary>
    public required string Behavior { get; init; }

    /// <summary>A Go duration. Consul ends the session after twice this time.</summary>
    [JsonPropertyName("TTL")]
    public required string TimeToLive { get; init; }

    /// <summary>How long its keys cannot be locked after its end. A Go duration.</summary>
    public required string LockDelay { get; init; }

    /// <summary>None. By default, Consul ends the session when it considers the agent's host as failed, which may be
    /// before its time to live has passed.</summary>
    public string[] NodeChecks { get; init; } = [];

    /// <summary>The same for Consul before 1.7.</summary>
    public string[] Checks { get; init; } = [];
}

internal sealed record ConsulSession
{
    [JsonPropertyName("ID")]
    public string Id { get; init; } = "";
}

/// <summary>One step of a transaction.</summary>
internal sealed record ConsulTransactionPart
{
    [JsonPropertyName("KV")]
    public required ConsulTransactionStep Step { get; init; }
}

internal sealed record ConsulTransactionStep
{
    public required string Verb { get; init; }

    public required string Key { get; init; }

    public ReadOnlyMemory<byte>? Value { get; init; }

    public ulong? Flags { get; init; }

    public ulong? Index { get; init; }

    public string? Session { get; init; }

    public string? Namespace { get; init; }
}

/// <summary>The result of a transaction, which is atomic.</summary>
internal sealed record ConsulTransactionResult
{
    /// <summary>Null = nothing was written.</summary>
    public ConsulTransactionPartResult[]? Results { get; init; }

    public ConsulTransactionError[]? Errors { get; init; }
}

internal sealed record ConsulTransactionPartResult
{
    [JsonPropertyName("KV")]
    public ConsulEntry? Entry { get; init; }
}

internal sealed record ConsulTransactionError
{
    public string What { get; init; } = "";
}
