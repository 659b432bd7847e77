namespace Stolon.Store.Kubernetes.Access;

/// <summary>Credentials that a program gives, kept until they expire or are refused.</summary>
internal sealed class ExecCredentials(ExecPlugin plugin, TimeProvider time) : IKubeCredentials, IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private ExecCredential? _kept;

    public async Task<KubeCredential> GetAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_kept is null || _kept.Expires <= time.GetUtcNow())
            {
                _kept = null;
                _kept = await plugin.RunAsync(cancellationToken);
            }
            return _kept.Credential;
        }
        finally
        {
            _one.Release();
        }
    }

    public async Task<bool> RenewAsync(KubeCredential refused, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            // Another request may have renewed them already.
            if (_kept?.Credential == refused)
            {
                _kept = null;
            }
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();
}

/// <summary>What the program gave.</summary>
/// <param name="Expires">On the wall clock, as the program said; null = not said.</param>
internal sealed record ExecCredential(KubeCredential Credential, DateTimeOffset? Expires);
