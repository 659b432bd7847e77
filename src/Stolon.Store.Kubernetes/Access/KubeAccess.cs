using System.Net;
using Stolon.Core.Common;

namespace Stolon.Store.Kubernetes.Access;

/// <summary>How to access the API server: its address, our credentials and our namespace.</summary>
internal sealed record KubeAccess
{
    /// <summary>Scheme, host and port.</summary>
    public required Uri Server { get; init; }

    /// <summary>The path before <c>/api</c>: empty, or without a trailing slash.</summary>
    public required string BasePath { get; init; }

    public required string Namespace { get; init; }

    public required StoreTlsOptions Tls { get; init; }

    /// <summary>The server name for SNI and for the check of the server's certificate; null = the server's
    /// host.</summary>
    public string? TlsServerName { get; init; }

    /// <summary>Null = none.</summary>
    public IWebProxy? Proxy { get; init; }

    public required IKubeCredentials Credentials { get; init; }

    public ValueList<(string Header, string Value)> Impersonation { get; init; } = [];

    /// <summary>The source of the configuration, for messages.</summary>
    public required string Origin { get; init; }
}
