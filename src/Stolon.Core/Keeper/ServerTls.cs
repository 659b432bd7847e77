namespace Stolon.Core.Keeper;

/// <summary>How a keeper and its server connect to other instances with TLS.</summary>
/// <remarks>PostgreSQL manual, "SSL Support" of libpq.</remarks>
public sealed record ServerTls
{
    /// <summary>libpq's <c>sslmode</c>: <c>prefer</c>, as in the original, <c>require</c>, <c>verify-ca</c> or
    /// <c>verify-full</c>.</summary>
    public string Mode { get; init; } = "prefer";

    /// <summary>Absolute path of a PEM file with the certificates to trust; null: none.</summary>
    public string? AuthoritiesFile { get; init; }
}

/// <summary>The client certificate of a user, instead of or in addition to a password: absolute paths of PEM
/// files.</summary>
public sealed record ClientCertificate(string CertificateFile, string KeyFile);
