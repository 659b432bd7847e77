using Google.Protobuf;
using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Etcd;

/// <summary>Calls to the members of an etcd cluster: the next member when one fails, and a limit of time for each
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

    /// <summary>A request that changes nothing, so that it may be asked again elsewhere.</summary>
    /// <exception cref="StoreUnavailableException">No member answered in time, or one refused.</exception>
    public Task<TResponse> ReadAsync<TRequest, TResponse>(
        EtcdMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => UnaryAsync(method, request, write: false, cancellationToken);

    /// <summary>A request that changes something: asked elsewhere only when the first member certainly did not do
    /// it.</summary>
    /// <exception cref="StoreUnavailableException">The text says whether it may have happened.</exception>
    public Task<TResponse> WriteAsync<TRequest, TResponse>(
        EtcdMethod<TRequest, TResponse> method, TRequest request, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => UnaryAsync(method, request, write: true, cancellationToken);

    /// <summary>A stream of answers, from its first answer on.</summary>
    /// <exception cref="StoreUnavailableException">No member gave a first answer in time.</exception>
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

    /// <summary>Asks another member first from now on, where the trouble is this member's.</summary>
    public void OnFailure(Uri server, EtcdCallException failure)
    {
        var index = _options.Endpoints.Addresses.ToList().IndexOf(server);
        var next = (index + 1) % Members;
        if (next != index
            && EtcdErrors.IsMemberFailure(failure)
            && Interlocked.CompareExchange(ref _first, next, index) == index)
        {
            EtcdLog.MemberFailed(
                _logger, StoreFailure.Name(server), failure.Detail, StoreFailure.Name(_options.Endpoints.Addresses[next]));
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
                // A silent member must leave a reader time to ask another one; a writer may not ask another one then.
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

    /// <summary>A request whose token was refused was not looked at, so that it may be asked again with
    /// another.</summary>
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
