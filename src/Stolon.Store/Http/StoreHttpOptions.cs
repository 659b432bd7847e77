using System.Net;

namespace Stolon.Store.Http;

/// <summary>How to reach a store that is spoken to over HTTP.</summary>
public sealed record StoreHttpOptions
{
    /// <summary>What it is called in messages, such as <c>consul</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Servers to ask, in this order; the next one when one fails. At least one.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }

    /// <summary>How long one request may take, all servers tried included.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>What it may mean that a server does not answer in time, for its message; null = nothing
    /// special.</summary>
    public string? TimeoutHint { get; init; }

    /// <summary>Used with https servers; null = the system's trust, no client certificate.</summary>
    public StoreTls? Tls { get; init; }

    /// <summary>Through which proxy the servers are reached; null = directly. The environment's proxies are not
    /// used.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>Adds what proves who asks, to each request just before it is sent; null = nothing.</summary>
    public Func<HttpRequestMessage, CancellationToken, ValueTask>? Authorise { get; init; }
}
