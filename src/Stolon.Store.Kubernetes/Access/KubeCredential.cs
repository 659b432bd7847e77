using Stolon.Core.Common;

namespace Stolon.Store.Kubernetes.Access;

/// <summary>Credentials for one request. Null = not used.</summary>
/// <param name="Authorization">The value of the header.</param>
/// <param name="CertificatePem">With <paramref name="KeyPem"/>: used instead of the certificate of the
/// configuration.</param>
internal sealed record KubeCredential(
    Secret? Authorization = null, string? CertificatePem = null, Secret? KeyPem = null)
{
    public static KubeCredential None { get; } = new();

    public static KubeCredential Bearer(string token) => new(new Secret("Bearer " + token));
}

/// <summary>A source of credentials.</summary>
internal interface IKubeCredentials
{
    /// <exception cref="Stolon.Agents.Ports.Store.StoreUnavailableException">None are available now.</exception>
    Task<KubeCredential> GetAsync(CancellationToken cancellationToken);

    /// <summary>Called when the server has refused them (401). True if <see cref="GetAsync"/> may return others
    /// now.</summary>
    Task<bool> RenewAsync(KubeCredential refused, CancellationToken cancellationToken);
}

/// <summary>Credentials that never change.</summary>
internal sealed class FixedCredentials(KubeCredential credential) : IKubeCredentials
{
    public Task<KubeCredential> GetAsync(CancellationToken cancellationToken) => Task.FromResult(credential);

    public Task<bool> RenewAsync(KubeCredential refused, CancellationToken cancellationToken) =>
        Task.FromResult(false);
}
