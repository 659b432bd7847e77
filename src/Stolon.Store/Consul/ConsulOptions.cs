using Stolon.Core.Common;

namespace Stolon.Store.Consul;

/// <summary>How to reach Consul (store.md 2 and 6).</summary>
public sealed record ConsulOptions
{
    /// <summary>Exactly one: an agent on this host, or a server.</summary>
    public required StoreEndpoints Endpoints { get; init; }

    /// <summary>How long one request may take: more than zero, at most 20 days.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Used with an https endpoint; null = the system's trust, no client certificate.</summary>
    public StoreTls? Tls { get; init; }

    /// <summary>The token that Consul's access control lists know; null = anonymous.</summary>
    public Secret? Token { get; init; }

    /// <summary>For a proxy before Consul that asks for HTTP basic authentication; null = none.</summary>
    public StoreLogin? Login { get; init; }

    /// <summary>Of Consul Enterprise; null = the token's own.</summary>
    public string? Namespace { get; init; }
}
