using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Etcd;

/// <summary>Calls to the members of an etcd cluster: on to the next member after a failure, and with a timeout for each
/// request.</summary>
internal sealed class EtcdClient : IDisposable
{
    private readonly EtcdOptions _options;
    private readonly EtcdCalls _calls;
    private readonly EtcdSession _session;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private int _first;

    public EtcdClient(EtcdOptions options, TimeProvider time, ILogger logger)
    {
        _options = options;
        _calls = new EtcdCalls(options, time);
        _session = new EtcdSession(options.Login, _calls, time, logger);
        _time = time;
        _logger = logger;
    }

    private int Members => _options.Endpoints.Addresses.Count;

    /// <summary>A request that changes nothing, and so may be repeated on another member.</summary>
    /// <exception cref="StoreUnavailableException">No member responded in time, or one refused.</exception>
    public Task<TResponse> ReadAsync<TRequest, TResponse>(
        EtcdMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => UnaryAsync(method, request, write: false, cancellationToken);

    /// <summary>A request that changes something: repeated on another member only if the first one certainly did not
    /// execute it.</summary>
    /// <exception cref="StoreUnavailableException">The text states whether it may have happened.</exception>
    public Task<TResponse> WriteAsync<TRequest, TResponse>(
        EtcdMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => UnaryAsync(method, request, write: true, cancellationToken);

    /// <summary>A stream of responses, from its first response on.</summary>
    /// <exception cref="StoreUnavailableException">No member sent a first response in time.</exception>
    public Task<EtcdStream<TResponse>> OpenAsync<TRequest, TResponse>(
        EtcdMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => SendToAnyAsync(
        async (server, token, limit) =>
        {
            var (answers, first) = await _calls.OpenAsync(
                server, method, request, token, limit, cancellationToken);
            return new EtcdStream<TResponse>(this, server, token, answers, first);
        },
        write: false,
        cancellationToken);

    /// <summary>Tries another member first from now on, if the failure is this member's.</summary>
    public void OnFailure(Uri server, EtcdCallException failure)
    {
        var index = _options.Endpoints.Addresses.ToList().IndexOf(server);
        var next = (index + 1) % Members;
        if (next != index
            && EtcdErrors.IsMemberFailure(failure)
            && Interlocked.CompareExchange(ref _first, next, index) == index)
        {
            EtcdLog.MemberFailed(
                _logger,
                StoreFailure.Name(server),
                failure.Detail,
                StoreFailure.Name(_options.Endpoints.Addresses[next]));
        }
    }

    /// <inheritdoc cref="EtcdSession.OnTokenRefused"/>
    public bool OnTokenRefused(string? token) => _session.OnTokenRefused(token);

    public void Dispose()
    {
        _calls.Dispose();
        _session.Dispose();
    }

    private Task<TResponse> UnaryAsync<TRequest, TResponse>(
        EtcdMethod<TRequest, TResponse> method, TRequest request, bool write, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => SendToAnyAsync(
        (server, token, limit) => _calls.UnaryAsync(server, method, request, token, limit, cancellationToken),
        write,
        cancellationToken);

    private async Task<T> SendToAnyAsync<T>(
        Func<Uri, string?, TimeSpan, Task<T>> send, bool write, CancellationToken cancellationToken)
    {
        var startedAt = _time.GetTimestamp();
        var first = Volatile.Read(ref _first);
        var failures = new List<StoreUnavailableException>();
        for (var attempt = 0; attempt < Members; attempt++)
        {
            var server = _options.Endpoints.Addresses[(first + attempt) % Members];
            var remaining = _options.RequestTimeout - _time.GetElapsedTime(startedAt);
            if (remaining <= TimeSpan.Zero)
            {
                break;
            }

            try
            {
                // A member that does not respond must leave time to read from another one. A write must not be sent to
                // another one then.
                var limit = write || attempt == Members - 1 ? remaining : remaining / 2;
                return await SendLoggedInAsync(server, limit, send, cancellationToken);
            }
            catch (EtcdCallException e)
            {
                OnFailure(server, e);
                failures.Add(EtcdErrors.Unavailable(server, e, write));
                if (!EtcdErrors.IsMemberFailure(e) || (write && EtcdErrors.MayHaveHappened(e)))
                {
                    break;
                }
            }
        }

        throw StoreFailure.Combine("etcd", failures);
    }

    /// <summary>Sends a request with a token. A request whose token was refused was not executed, so it is repeated
    /// with a new one.</summary>
    private async Task<T> SendLoggedInAsync<T>(
        Uri server, TimeSpan limit, Func<Uri, string?, TimeSpan, Task<T>> send, CancellationToken cancellationToken)
    {
        var startedAt = _time.GetTimestamp();
        var token = await _session.TokenAsync(server, limit, cancellationToken);
        try
        {
            return await send(server, token, Remaining(limit, startedAt));
        }
        catch (EtcdCallException e) when (EtcdErrors.IsTokenRefused(e) && _session.OnTokenRefused(token))
        {
            var newToken = await _session.TokenAsync(server, Remaining(limit, startedAt), cancellationToken);
            return await send(server, newToken, Remaining(limit, startedAt));
        }
    }

    private TimeSpan Remaining(TimeSpan limit, long startedAt) => EtcdSession.Remaining(limit, startedAt, _time);
}
