using System.Net;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Http;

/// <summary>Requests to a store's HTTP API: a limit of time for each, the next server when one fails, and failures told
/// in the store's terms. Safe for use by several tasks at once.</summary>
public sealed class StoreHttp : IDisposable
{
    private const int LargeBodyBytes = 256 * 1024;

    private readonly StoreHttpOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;
    private int _first;

    /// <summary>Connects at the first request, not here.</summary>
    /// <exception cref="StoreOptionsException">The request timeout cannot be used.</exception>
    public StoreHttp(StoreHttpOptions options, TimeProvider time)
    {
        StoreTimeout.Check(options.RequestTimeout);
        _options = options;
        _time = time;
        _http = new HttpMessageInvoker(Handler(options, ConnectLimit));
    }

    /// <summary>A server that does not even connect must leave time to write through another one.</summary>
    private TimeSpan ConnectLimit => _options.RequestTimeout / (_options.Servers.Count + 1);

    private bool Tls => _options.Servers.Any(IsTls);

    /// <summary>Asks, and reads the whole answer.</summary>
    /// <exception cref="StoreUnavailableException">No server answered in time. The text says, for a write, whether it
    /// may have happened.</exception>
    public Task<StoreHttpResponse> SendAsync(StoreHttpRequest request, CancellationToken cancellationToken) => SendToAnyAsync(
        request,
        async (server, limit) =>
        {
            using var message = Message(server, request);
            using var response = await SendAsync(message, limit);
            var body = await response.Content.ReadAsByteArrayAsync(limit);
            return new StoreHttpResponse(server, response.StatusCode, response.Headers, body);
        },
        answer => answer.Status,
        cancellationToken);

    /// <summary>Asks, and leaves the answer's body to be read as it comes, without a limit of time.</summary>
    /// <exception cref="StoreUnavailableException">No server began to answer in time.</exception>
    public Task<StoreHttpStream> OpenAsync(StoreHttpRequest request, CancellationToken cancellationToken) => SendToAnyAsync(
        request,
        async (server, limit) =>
        {
            using var message = Message(server, request);
            var response = await SendAsync(message, limit);
            try
            {
                var body = await response.Content.ReadAsStreamAsync(cancellationToken);
                return new StoreHttpStream(_options.Name, server, response, body);
            }
            catch
            {
                response.Dispose();
                throw;
            }
        },
        stream => stream.Status,
        cancellationToken);

    public void Dispose() => _http.Dispose();

    private async Task<T> SendToAnyAsync<T>(
        StoreHttpRequest request,
        Func<Uri, CancellationToken, Task<T>> send,
        Func<T, HttpStatusCode> status,
        CancellationToken cancellationToken)
    {
        var startedAt = _time.GetTimestamp();
        var first = Volatile.Read(ref _first);
        var servers = _options.Servers;
        var failures = new List<StoreUnavailableException>();
        for (var attempt = 0; attempt < servers.Count; attempt++)
        {
            var index = (first + attempt) % servers.Count;
            var remaining = _options.RequestTimeout - _time.GetElapsedTime(startedAt);
            if (remaining <= TimeSpan.Zero)
            {
                break;
            }
            // A silent server must leave a reader time to ask another one; a writer may not ask another one then.
            var limit = request.Writes || attempt == servers.Count - 1 ? remaining : remaining / 2;
            try
            {
                var answer = await WithinAsync(
                    limit + request.Wait, limited => send(servers[index], limited), cancellationToken);
                if (status(answer) >= HttpStatusCode.InternalServerError)
                {
                    // It is there and cannot, being cut off from the others perhaps.
                    StartAfter(index);
                }
                return answer;
            }
            catch (HttpFailure failure)
            {
                StartAfter(index);
                failures.Add(Unavailable(servers[index], failure, request.Writes));
                if (request.Writes && failure.Sent)
                {
                    break;
                }
            }
        }
        throw failures switch
        {
            // Frozen between the beginning and the first question.
            [] => new StoreUnavailableException($"{_options.Name} was not asked: the time for the request is over"),
            [var only] => only,
            _ => new StoreUnavailableException(
                string.Join("; ", failures.Select(f => f.Message)), failures[^1].InnerException),
        };
    }

    private void StartAfter(int index) =>
        Interlocked.CompareExchange(ref _first, (index + 1) % _options.Servers.Count, index);

    private async Task<T> WithinAsync<T>(
        TimeSpan limit, Func<CancellationToken, Task<T>> send, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await send(either.Token);
        }
        catch (OperationCanceledException e)
            when (e.InnerException is TimeoutException && !either.IsCancellationRequested)
        {
            // So .NET tells that the handler's own limit for connecting is over.
            throw new HttpFailure($"no connection within {ConnectLimit.TotalSeconds:0.###} s", sent: false, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var hint = _options.TimeoutHint is { } text ? $" ({text})" : "";
            throw new HttpFailure($"no answer within {limit.TotalSeconds:0.###} s{hint}", sent: true, e);
        }
        catch (HttpRequestException e)
        {
            throw new HttpFailure(ConnectionFailure.OfHttp(e, Tls), WasSent(e), e);
        }
        catch (IOException e)
        {
            throw new HttpFailure(ConnectionFailure.OfHttp(e, Tls), sent: true, e);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage message, CancellationToken limit)
    {
        if (_options.Authorise is { } authorise)
        {
            await authorise(message, limit);
        }
        return await _http.SendAsync(message, limit);
    }

    private StoreUnavailableException Unavailable(Uri server, HttpFailure failure, bool write)
    {
        var outcome = !write ? ""
            : failure.Sent ? "; whether the write happened is unknown"
            : "; nothing was written";
        return new StoreUnavailableException(
            $"{_options.Name} {server.GetLeftPart(UriPartial.Authority)}: {failure.Message}{outcome}", failure);
    }

    /// <summary>False when the server certainly did not get the request.</summary>
    private static bool WasSent(HttpRequestException e) => e.HttpRequestError is not (
        HttpRequestError.NameResolutionError
        or HttpRequestError.ConnectionError
        or HttpRequestError.SecureConnectionError
        or HttpRequestError.ProxyTunnelError);

    private static bool IsTls(Uri server) => server.Scheme == Uri.UriSchemeHttps;

    private static HttpRequestMessage Message(Uri server, StoreHttpRequest request)
    {
        var message = new HttpRequestMessage(request.Method, new Uri(server, request.Path));
        if (request.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.ContentType = new(request.ContentType);
            // A server that does not take so much then says so, instead of closing the connection while we write.
            message.Headers.ExpectContinue = body.Length > LargeBodyBytes;
        }
        return message;
    }

    private static SocketsHttpHandler Handler(StoreHttpOptions options, TimeSpan connectLimit)
    {
        var handler = new SocketsHttpHandler
        {
            // etcd's and Consul's followers answer for the leader themselves; a redirection would leave the servers
            // that were given, and their certificates.
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = options.Proxy is not null,
            Proxy = options.Proxy,
            ActivityHeadersPropagator = null,
            ConnectTimeout = connectLimit,
        };
        if (options.Servers.Any(IsTls))
        {
            handler.SslOptions = (options.Tls ?? StoreTls.Load(new StoreTlsOptions())).ClientOptions();
        }
        return handler;
    }

    private sealed class HttpFailure(string message, bool sent, Exception inner) : Exception(message, inner)
    {
        /// <summary>The server may have got the request.</summary>
        public bool Sent { get; } = sent;
    }
}
