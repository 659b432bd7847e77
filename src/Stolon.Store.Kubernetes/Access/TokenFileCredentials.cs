using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Kubernetes.Access;

/// <summary>A token in a file that is renewed by another program (kubelet renews a service account's every hour). It is
/// read for each request, so that the newest is used.</summary>
/// <param name="fallback">Used until the file has been read once; null = nothing.</param>
internal sealed class TokenFileCredentials(string file, KubeCredential? fallback) : IKubeCredentials
{
    private KubeCredential? _last = fallback;

    public async Task<KubeCredential> GetAsync(CancellationToken cancellationToken)
    {
        var last = Volatile.Read(ref _last);
        try
        {
            var token = (await File.ReadAllTextAsync(file, cancellationToken)).Trim();
            if (token.Length > 0)
            {
                var read = KubeCredential.Bearer(token);
                Volatile.Write(ref _last, read);
                return read;
            }

            return last ?? throw new StoreUnavailableException($"kubernetes: the token file {file} is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return last
                ?? throw new StoreUnavailableException($"kubernetes: cannot read the token file: {e.Message}", e);
        }
    }

    public async Task<bool> RenewAsync(KubeCredential refused, CancellationToken cancellationToken) =>
        await GetAsync(cancellationToken) != refused;
}
