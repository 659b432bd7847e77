using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stolon.Testing;

/// <summary>Certificates for TLS tests, generated and written as PEM files into a directory.</summary>
public sealed class CertificateAuthority : IDisposable
{
    private readonly string _directory;
    private readonly X509Certificate2 _own;

    private CertificateAuthority(string directory, string name, X509Certificate2 own)
    {
        _directory = directory;
        _own = own;
        CertFile = Write($"{name}.pem", own.ExportCertificatePem());
    }

    /// <summary>The authority's own certificate.</summary>
    public string CertFile { get; }

    /// <summary>A self-signed authority.</summary>
    public static CertificateAuthority Root(string directory, string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new CertificateAuthority(directory, name, Request(name, key, ca: true).CreateSelfSigned(Begin, End));
    }

    /// <summary>An authority signed by this one.</summary>
    public CertificateAuthority Intermediate(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Signed(Request(name, key, ca: true));
        return new CertificateAuthority(_directory, name, signed.CopyWithPrivateKey(key));
    }

    /// <summary>A certificate for servers and clients, and its key, which only the owner may read.</summary>
    /// <param name="host">The host name; null: 127.0.0.1 and localhost.</param>
    public (string CertFile, string KeyFile) Issue(string name, string? host = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var signed = Signed(Request(name, key, ca: false, host));
        return (
            Write($"{name}.pem", signed.ExportCertificatePem()),
            Write($"{name}-key.pem", key.ExportPkcs8PrivateKeyPem()));
    }

    public void Dispose() => _own.Dispose();

    private static DateTimeOffset Begin => DateTimeOffset.UtcNow.AddDays(-1);

    private static DateTimeOffset End => DateTimeOffset.UtcNow.AddDays(1);

    private static CertificateRequest Request(string name, ECDsa key, bool ca, string? host = null)
    {
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(ca, false, 0, critical: true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        if (!ca)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host ?? "localhost");
            if (host is null)
            {
                names.AddIpAddress(IPAddress.Loopback);
            }

            request.CertificateExtensions.Add(names.Build());
            // For servers and clients: etcd also uses its server certificate as a client.
            request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(
                [new Oid("1.3.6.1.5.5.7.3.1"), new Oid("1.3.6.1.5.5.7.3.2")], critical: false));
        }

        return request;
    }

    private X509Certificate2 Signed(CertificateRequest request) =>
        // Within the validity of the issuer, which was generated a moment ago.
        request.Create(
            _own,
            new DateTimeOffset(_own.NotBefore),
            new DateTimeOffset(_own.NotAfter),
            RandomNumberGenerator.GetBytes(8));

    private string Write(string name, string pem)
    {
        var file = Path.Combine(_directory, name);
        File.WriteAllText(file, pem + "\n");
        if (pem.Contains("PRIVATE KEY", StringComparison.Ordinal))
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        return file;
    }
}
