using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Stolon.Store;

/// <summary>The certificates for TLS connections to the store, read once at the start (docs/spec/store.md 2).</summary>
public sealed class StoreTls
{
    private readonly X509Certificate2Collection? _trusted;
    private readonly SslStreamCertificateContext? _client;
    private readonly bool _skipVerify;

    private StoreTls(X509Certificate2Collection? trusted, SslStreamCertificateContext? client, bool skipVerify)
    {
        _trusted = trusted;
        _client = client;
        _skipVerify = skipVerify;
    }

    /// <summary>Reads the files.</summary>
    /// <exception cref="StoreOptionsException">A file cannot be read, or has the wrong content.</exception>
    public static StoreTls Load(StoreTlsOptions options) => new(
        options switch
        {
            { CaPem: { } pem } => Read("CA", "the text given", () => Certificates(pem)),
            { CaFile: { } file } => Read("CA", file, () => Certificates(File.ReadAllText(file))),
            _ => null,
        },
        options switch
        {
            { CertPem: { } cert, KeyPem: { } key } =>
                Read("client certificate and key", "the texts given", () => Client(cert, key.Reveal)),
            { CertFile: { } cert, KeyFile: { } key } => Read(
                "client certificate and key",
                $"{cert}, {key}",
                () => Client(File.ReadAllText(cert), File.ReadAllText(key))),
            _ => null,
        },
        options.SkipVerify);

    /// <summary>The options for one client. Each client needs its own, because handlers modify them.</summary>
    public SslClientAuthenticationOptions ClientOptions()
    {
        var options = new SslClientAuthenticationOptions { ClientCertificateContext = _client };
        if (_trusted is not null)
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                RevocationMode = X509RevocationMode.NoCheck,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(_trusted);
        }

        if (_skipVerify || _trusted is not null)
        {
            options.RemoteCertificateValidationCallback = (_, _, chain, errors) =>
                _skipVerify || errors == SslPolicyErrors.None || EndsAtTrustedIntermediate(chain, errors)
                    ? true
                    : throw new AuthenticationException(Refusal(chain, errors));
        }

        return options;
    }

    /// <summary>Why the server's certificate is refused. This text is thrown, because .NET would only report that a
    /// callback rejected the certificate.</summary>
    private static string Refusal(X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            return "the server sent no certificate";
        }

        var own = chain is { ChainElements.Count: > 0 } ? chain.ChainElements[0].Certificate : null;
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            return $"the server's certificate ({own?.Subject}) is for another host name";
        }

        var statuses = chain?.ChainStatus.Select(s => s.Status.ToString()).Distinct() ?? [];
        return $"the server's certificate ({own?.Subject}) is not signed by the store's CA, or not valid now:  "
            + string.Join(", ", statuses);
    }

    /// <summary>The original accepts every certificate of the CA file as a trust anchor, .NET only self-signed ones.
    /// Therefore a chain is accepted if its only problem is that it ends at one of our certificates which is not
    /// self-signed.</summary>
    private bool EndsAtTrustedIntermediate(X509Chain? chain, SslPolicyErrors errors) =>
        errors == SslPolicyErrors.RemoteCertificateChainErrors
        && chain is { ChainElements.Count: > 0 }
        && chain.ChainStatus.All(s => s.Status == X509ChainStatusFlags.PartialChain)
        && _trusted!.Contains(chain.ChainElements[^1].Certificate);

    private static X509Certificate2Collection Certificates(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("it contains no certificate");
    }

    private static SslStreamCertificateContext Client(string certPem, string keyPem)
    {
        // The first certificate is ours, the following ones are its intermediates.
        var own = X509Certificate2.CreateFromPem(certPem, keyPem);
        return SslStreamCertificateContext.Create(own, Certificates(certPem), offline: true);
    }

    private static T Read<T>(string what, string files, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new StoreOptionsException($"cannot load the store's {what} from {files}: {e.Message}", e);
        }
    }
}
