using Stolon.Core.Common;

namespace Stolon.Store.Kubernetes.Access;

/// <summary>What proves who asks, for some time. Null = not that way.</summary>
/// <param name="Authorization">The header of that name.</param>
/// <param name="CertificatePem">With <paramref name="KeyPem"/>: instead of the certificate that the configuration
/// names.</param>
internal sealed record KubeCredential(
    Secret? Authorization = null, string? CertificatePem = null, Secret? KeyPem = null)
{
    public static KubeCredential None { get; } = new();

    public static KubeCredential Bearer(string token) => new(new Secret("Bearer " + token));
}

/// <summary>Where credentials come from.</summary>
internal interface IKubeCredentials
{
    /// <exception cref="Stolon.Agents.Ports.Store.StoreUnavailableException">There are none to be had now.</exception>
    Task<KubeCredential> GetAsync(CancellationToken cancellationToken);

    /// <summary>The server has refused them (401): true when <see cref="GetAsync"/> may give others now.</summary>
    Task<bool> RenewAsync(KubeCredential refused, CancellationToken cancellationToken);
}

/// <summary>Credentials that stay as they are.</summary>
internal sealed class FixedCredentials(KubeCredential credential) : IKubeCredentials
{
    public Task<KubeCredential> GetAsync(CancellationToken cancellationToken) => Task.FromResult(credential);

    public Task<bool> RenewAsync(KubeCredential refused, CancellationToken cancellationToken) =>
        Task.FromResult(false);
}
