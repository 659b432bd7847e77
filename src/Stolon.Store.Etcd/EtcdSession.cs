using Stolon.Agents;
using Microsoft.Extensions.Logging;
using Stolon.Store.Etcd.Protos;

namespace Stolon.Store.Etcd;

/// <summary>The token for user and password; all members accept it. It expires some minutes after its last use, at a
/// restart of the member, or at a change of users. Then etcd refuses it, and a new one is requested.</summary>
/// <remarks>Source: etcd manual, "Role-based access control".</remarks>
internal sealed class EtcdSession(StoreLogin? login, EtcdCalls calls, TimeProvider time, ILogger logger)
    : IDisposable
{
    private static readonly TimeSpan MinTimeout = TimeSpan.FromMilliseconds(1);

    private readonly SemaphoreSlim _fetchLock = new(1, 1);
    private readonly LogOnce _withoutUsers = new();
    private volatile string? _token;

    /// <summary>The token to send; null = none needed.</summary>
    /// <exception cref="EtcdCallException">The login failed; the request itself was not sent.</exception>
    public async Task<string?> TokenAsync(Uri server, TimeSpan limit, CancellationToken cancellationToken)
    {
        // Read once, because another request may reset it at any time.
        var token = _token;
        if (login is null || token is not null)
        {
            return token;
        }

        // etcd needs 100 ms of CPU to check a password, so one request logs in and the others wait. A waiting one gets
        // its turn within its own timeout, because the login has a timeout too.
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

    /// <summary>This token was refused, or a request without one (null: authentication was off when the token was
    /// needed). The next call requests a new one.</summary>
    /// <returns>True if we can log in, so that a retry makes sense.</returns>
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

    /// <summary>The remaining time, but never zero, so that a started call ends by its own timeout.</summary>
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
            // Authentication may be turned on at any time, so the next request tries again.
            if (_withoutUsers.IsDue())
            {
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
