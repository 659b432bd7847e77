using System.Net;

namespace Stolon.Store.Http;

/// <summary>How to connect to a store with an HTTP API.</summary>
public sealed record StoreHttpOptions
{
    /// <summary>The store's name in messages, such as <c>consul</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The servers, in the order in which they are tried. At least one.</summary>
    public required IReadOnlyList<Uri> Servers { get; init; }

    /// <summary>Timeout of one request, for all servers together.</summary>
    public required TimeSpan RequestTimeout { get; init; }

    /// <summary>A possible reason why a server does not respond in time, for the error message; null = none.</summary>
    public string? TimeoutHint { get; init; }

    /// <summary>Used with https servers; null = the system's trusted certificates, no client certificate.</summary>
    public StoreTls? Tls { get; init; }

    /// <summary>The proxy to the servers; null = direct connections. The environment's proxy variables are not
    /// used.</summary>
    public IWebProxy? Proxy { get; init; }

    /// <summary>Adds credentials to each request just before it is sent; null = none.</summary>
    public Func<HttpRequestMessage, CancellationToken, ValueTask>? Authorise { get; init; }
}
