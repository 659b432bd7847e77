using System.Net;
using Stolon.Core.Common;

namespace Stolon.Store.Kubernetes.Access;

/// <summary>The way to the API server: where it is, who we are, which namespace is ours.</summary>
internal sealed record KubeAccess
{
    /// <summary>Scheme, host and port.</summary>
    public required Uri Server { get; init; }

    /// <summary>What goes before <c>/api</c>: empty, or a path without a slash at the end.</summary>
    public required string BasePath { get; init; }

    public required string Namespace { get; init; }

    public required StoreTlsOptions Tls { get; init; }

    /// <summary>The name to ask for and to find in the server's certificate; null = the server's host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Null = none.</summary>
    public IWebProxy? Proxy { get; init; }

    public required IKubeCredentials Credentials { get; init; }

    public ValueList<(string Header, string Value)> Impersonation { get; init; } = [];

    /// <summary>Where all this comes from, for people.</summary>
    public required string Origin { get; init; }
}
