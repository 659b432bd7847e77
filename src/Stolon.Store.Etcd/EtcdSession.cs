using Microsoft.Extensions.Logging;
using Stolon.Store.Etcd.Protos;

namespace Stolon.Store.Etcd;

/// <summary>The token that etcd gives for user and password; all members take it. It ends some minutes after its last
/// use, with a restart of the member, or with a change of users: then etcd refuses it and another is fetched.</summary>
/// <remarks>Source: etcd manual, "Role-based access control".</remarks>
internal sealed class EtcdSession(StoreLogin? login, EtcdCalls calls, TimeProvider time, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(1);

    private readonly SemaphoreSlim _fetchLock = new(1, 1);
    private volatile string? _token;
    private bool _toldWithout;

    /// <summary>The token to send; null = none is wanted.</summary>
    /// <exception cref="EtcdCallException">No token; what it was wanted for was not sent.</exception>
    public async Task<string?> TokenAsync(Uri server, TimeSpan limit, CancellationToken cancellationToken)
    {
        // Read once: another request's refusal may take it away at any time.
        var token = _token;
        if (login is null || token is not null)
        {
            return token;
        }

        // Checking a password takes etcd 100 ms of work: one asks, the others wait. Who waits is next within its own
        // limit, as the one that asks has a limit too.
        var startedAt = time.GetTimestamp();
        await _fetchLock.WaitAsync(cancellationToken);
        try
        {
            return _token ??= await FetchAsync(server, Remaining(limit, startedAt, time), cancellationToken);
        }
        finally
        {
            _fetchLock.Release();
        }
    }

    /// <summary>This token was refused, or a request without one (null: etcd had no users when it was wanted): the next
    /// call fetches another.</summary>
    /// <returns>Whether we can log in, so that asking again makes sense.</returns>
    public bool OnTokenRefused(string? token)
    {
        if (login is null)
        {
            return false;
        }

        if (token is not null && _token == token)
        {
            _token = null;
            EtcdLog.TokenRefused(logger, login.User);
        }

        return true;
    }

    public void Dispose() => _fetchLock.Dispose();

    /// <summary>What is left of a limit; never nothing, so that what is begun ends by its own limit.</summary>
    public static TimeSpan Remaining(TimeSpan limit, long startedAt, TimeProvider time)
    {
        var remaining = limit - time.GetElapsedTime(startedAt);
        return remaining > MinTimeout ? remaining : MinTimeout;
    }

    private async Task<string?> FetchAsync(Uri server, TimeSpan limit, CancellationToken cancellationToken)
    {
        var request = new AuthenticateRequest { Name = login!.User, Password = login.Password.Reveal };
        try
        {
            var answer = await calls.UnaryAsync(
                server, EtcdMethods.Authenticate, request, token: null, limit, cancellationToken);
            return answer.Token;
        }
        catch (EtcdCallException e) when (EtcdErrors.IsWithoutUsers(e))
        {
            // Users may be enabled at any time, so this is asked again with the next request.
            if (!_toldWithout)
            {
                _toldWithout = true;
                EtcdLog.WithoutUsers(logger, StoreFailure.Name(server), login.User);
            }

            return null;
        }
        catch (EtcdCallException e)
        {
            throw new EtcdCallException(e.Code, $"cannot log in as user \"{login.User}\": {e.Detail}", sent: false, e);
        }
    }
}
