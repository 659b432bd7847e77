namespace Stolon.Store.Kubernetes.Access;

/// <summary>Credentials from a program, cached until they expire or are refused.</summary>
internal sealed class ExecCredentials(ExecPlugin plugin, TimeProvider time) : IKubeCredentials, IDisposable
{
    private readonly SemaphoreSlim _lock = new(1);
    private ExecCredential? _cached;

    public async Task<KubeCredential> GetAsync(CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken);
        try
        {
            if (_cached is null || _cached.Expires <= time.GetUtcNow())
            {
                _cached = null;
                _cached = await plugin.RunAsync(cancellationToken);
            }

            return _cached.Credential;
        }
        finally
        {
            _lock.Release();
        }
    }

    public async Task<bool> RenewAsync(KubeCredential refused, CancellationToken cancellationToken)
    {
        await _lock.WaitAsync(cancellationToken);
        try
        {
            // Another request may have renewed them already.
            if (_cached?.Credential == refused)
            {
                _cached = null;
            }

            return true;
        }
        finally
        {
            _lock.Release();
        }
    }

    public void Dispose() => _lock.Dispose();
}

/// <summary>The credentials from the program.</summary>
/// <param name="Expires">The expiry on the wall clock, as reported by the program; null = none.</param>
internal sealed record ExecCredential(KubeCredential Credential, DateTimeOffset? Expires);
