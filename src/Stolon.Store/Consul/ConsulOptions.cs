using Stolon.Core.Common;

namespace Stolon.Store.Consul;

/// <summary>How to connect to Consul (docs/spec/store.md 2 and 6).</summary>
public sealed record ConsulOptions
{
    /// <summary>Exactly one: an agent on this host, or a server.</summary>
    public required StoreEndpoints Endpoints { get; init; }

    /// <summary>Timeout of one request: more than zero, at most 20 days.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Used with an https endpoint; null = the system's trusted certificates, no client certificate.</summary>
    public StoreTls? Tls { get; init; }

    /// <summary>The ACL token; null = anonymous.</summary>
    public Secret? Token { get; init; }

    /// <summary>For a proxy in front of Consul that requires HTTP basic authentication; null = none.</summary>
    public StoreLogin? Login { get; init; }

    /// <summary>The namespace in Consul Enterprise; null = the token's own.</summary>
    public string? Namespace { get; init; }
}
