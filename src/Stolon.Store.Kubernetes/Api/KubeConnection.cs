using Stolon.Store.Http;
using Stolon.Store.Kubernetes.Access;

namespace Stolon.Store.Kubernetes.Api;

/// <summary>Connections to the API server with one client certificate, or none.</summary>
internal sealed class KubeConnection : IDisposable
{
    private readonly KubeAccess _access;
    private volatile KubeCredential _credential;

    /// <exception cref="StoreOptionsException">The certificates or the timeout are invalid.</exception>
    public KubeConnection(KubeAccess access, TimeSpan timeout, TimeProvider time, KubeCredential credential)
    {
        _access = access;
        _credential = credential;
        Http = new StoreHttp(
            new StoreHttpOptions
            {
                Name = "kubernetes",
                Servers = [access.Server],
                RequestTimeout = timeout,
                Tls = access.Server.Scheme != Uri.UriSchemeHttps ? null
                    : StoreTls.Load(credential.CertificatePem is null ? access.Tls : access.Tls with
                    {
                        CertPem = credential.CertificatePem,
                        KeyPem = credential.KeyPem,
                    }),
                Proxy = access.Proxy,
                Authorise = Authorise,
            },
            time);
    }

    public StoreHttp Http { get; }

    /// <summary>Sent with each request from now on.</summary>
    public KubeCredential Credential
    {
        get => _credential;
        set => _credential = value;
    }

    public void Dispose() => Http.Dispose();

    private ValueTask Authorise(HttpRequestMessage message, CancellationToken cancellationToken)
    {
        message.Headers.TryAddWithoutValidation("Accept", "application/json");
        message.Headers.TryAddWithoutValidation("User-Agent", "stolon");
        // .NET uses this header's host for SNI and for the check of the certificate.
        message.Headers.Host = _access.TlsServerName;
        if (_credential.Authorization is { } authorization)
        {
            message.Headers.TryAddWithoutValidation("Authorization", authorization.Reveal);
        }

        foreach (var (header, value) in _access.Impersonation)
        {
            message.Headers.TryAddWithoutValidation(header, value);
        }

        return ValueTask.CompletedTask;
    }
}
