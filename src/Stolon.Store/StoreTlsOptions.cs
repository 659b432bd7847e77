using Stolon.Core.Common;

namespace Stolon.Store;

/// <summary>TLS options for the store; used only with https endpoints (docs/spec/store.md 2).</summary>
public sealed record StoreTlsOptions
{
    /// <summary>PEM file with the trusted certificates; null = those of the system.</summary>
    public string? CaFile { get; init; }

    /// <summary>The same as text, with precedence over the file; null = see <see cref="CaFile"/>.</summary>
    public string? CaPem { get; init; }

    /// <summary>PEM file with our certificate, followed by intermediates; used only together with
    /// <see cref="KeyFile"/>.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file with our private key; used only together with <see cref="CertFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Certificate and key as PEM texts, with precedence over the files; used only together.</summary>
    public string? CertPem { get; init; }

    /// <inheritdoc cref="CertPem"/>
    public Secret? KeyPem { get; init; }

    /// <summary>True: every certificate of the server is accepted, whatever its name and issuer.</summary>
    public bool SkipVerify { get; init; }
}
