using System.Text.Json.Serialization;

namespace Stolon.Store.Consul;

/// <summary>A service in an agent's list.</summary>
internal sealed record ConsulAgentService
{
    [JsonPropertyName("ID")]
    public string Id { get; init; } = "";

    public string Service { get; init; } = "";

    public string Address { get; init; } = "";

    public int Port { get; init; }

    public string[]? Tags { get; init; }
}

/// <summary>A service of any agent, with its health checks and those of its host.</summary>
internal sealed record ConsulListedService
{
    public ConsulListedNode Node { get; init; } = new();

    public ConsulAgentService Service { get; init; } = new();

    public ConsulListedCheck[] Checks { get; init; } = [];
}

internal sealed record ConsulListedNode
{
    public string Node { get; init; } = "";
}

internal sealed record ConsulListedCheck
{
    [JsonPropertyName("CheckID")]
    public string CheckId { get; init; } = "";

    public string Status { get; init; } = "";
}

/// <summary>A request to register a service.</summary>
internal sealed record ConsulServiceRequest
{
    [JsonPropertyName("ID")]
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string[] Tags { get; init; }

    public required string Address { get; init; }

    public required int Port { get; init; }

    public required ConsulCheckRequest Check { get; init; }
}

internal sealed record ConsulCheckRequest
{
    /// <summary>host:port.</summary>
    [JsonPropertyName("TCP")]
    public required string Tcp { get; init; }

    /// <summary>A Go duration.</summary>
    public required string Interval { get; init; }
}
