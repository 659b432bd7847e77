using Stolon.Core.Common;

namespace Stolon.Store;

/// <summary>How TLS is spoken with the store; used only with https endpoints (store.md 2).</summary>
public sealed record StoreTlsOptions
{
    /// <summary>PEM file with the only certificates trusted; null = the system's.</summary>
    public string? CaFile { get; init; }

    /// <summary>The same as text instead of a file, which it goes before; null = see <see cref="CaFile"/>.</summary>
    public string? CaPem { get; init; }

    /// <summary>PEM file with our certificate, intermediates behind it; used only together with <see
    /// cref="KeyFile"/>.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file with our private key; used only together with <see cref="CertFile"/>.</summary>
    public string? KeyFile { get; init; }

    /// <summary>Certificate and key as PEM texts instead of files, which they go before; used only together.</summary>
    public string? CertPem { get; init; }

    /// <inheritdoc cref="CertPem"/>
    public Secret? KeyPem { get; init; }

    /// <summary>True: any certificate of the server is taken, whatever its name and signer.</summary>
    public bool SkipVerify { get; init; }
}
