namespace Stolon.Core.Keeper;

/// <summary>How a keeper and its server connect to other instances under TLS.</summary>
/// <remarks>PostgreSQL manual, "SSL Support" of libpq.</remarks>
public sealed record ServerTls
{
    /// <summary>libpq's <c>sslmode</c>: <c>prefer</c>, as the original, <c>require</c>, <c>verify-ca</c> or
    /// <c>verify-full</c>.</summary>
    public string Mode { get; init; } = "prefer";

    /// <summary>PEM file of the certificates to trust, absolute; null: none is looked at.</summary>
    public string? AuthoritiesFile { get; init; }
}

/// <summary>What a user shows instead of, or beside, a password: PEM files, absolute paths.</summary>
public sealed record ClientCertificate(string CertificateFile, string KeyFile);
