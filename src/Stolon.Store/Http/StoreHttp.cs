using System.Net;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Http;

/// <summary>Sends requests to a store's HTTP API: with a timeout for each, on to the next server after a failure, and
/// with failures as <see cref="StoreUnavailableException"/>. Safe for use by several tasks at once.</summary>
public sealed class StoreHttp : IDisposable
{
    private const int LargeBodyBytes = 256 * 1024;

    private readonly StoreHttpOptions _options;
    private readonly TimeProvider _time;
    private readonly HttpMessageInvoker _http;
    private int _first;

    /// <summary>Does not connect before the first request.</summary>
    /// <exception cref="StoreOptionsException">The request timeout is out of range.</exception>
    public StoreHttp(StoreHttpOptions options, TimeProvider time)
    {
        StoreTimeout.Check(options.RequestTimeout);
        _options = options;
        _time = time;
        _http = new HttpMessageInvoker(Handler(options, ConnectLimit));
    }

    /// <summary>A server that does not connect must leave time to write through another one.</summary>
    private TimeSpan ConnectLimit => _options.RequestTimeout / (_options.Servers.Count + 1);

    private bool Tls => _options.Servers.Any(IsTls);

    /// <summary>Sends the request and reads the complete response.</summary>
    /// <exception cref="StoreUnavailableException">No server responded in time. For a write, the text states whether it
    /// may have happened.</exception>
    public Task<StoreHttpResponse> SendAsync(
        StoreHttpRequest request, CancellationToken cancellationToken) => SendToAnyAsync(
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

    /// <summary>Sends the request; the caller reads the body as it arrives, without a timeout.</summary>
    /// <exception cref="StoreUnavailableException">No server began to respond in time.</exception>
    public Task<StoreHttpStream> OpenAsync(
        StoreHttpRequest request, CancellationToken cancellationToken) => SendToAnyAsync(
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
            // A server that does not respond must leave time to read from another one. A write must not be sent to
            // another one then.
            var limit = request.Writes || attempt == servers.Count - 1 ? remaining : remaining / 2;
            try
            {
                var answer = await WithinAsync(
                    limit + request.Wait, limited => send(servers[index], limited), cancellationToken);
                if (status(answer) >= HttpStatusCode.InternalServerError)
                {
                    // The server responds but has a problem, such as no quorum.
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

        throw StoreFailure.Combine(_options.Name, failures);
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
            // .NET reports the end of the handler's connect timeout this way.
            throw new HttpFailure($"no connection within {ConnectLimit.TotalSeconds:0.###} s", sent: false, e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            var hint = _options.TimeoutHint is { } text ? $" ({text})" : "";
            throw new HttpFailure($"no response within {limit.TotalSeconds:0.###} s{hint}", sent: true, e);
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
        var outcome = StoreFailure.Outcome(write, failure.Sent);
        return new StoreUnavailableException(
            $"{_options.Name} {StoreFailure.Name(server)}: {failure.Message}{outcome}", failure);
    }

    /// <summary>False if the server certainly did not receive the request.</summary>
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
            // A server that refuses a body of this size then responds, instead of closing the connection while we send.
            message.Headers.ExpectContinue = body.Length > LargeBodyBytes;
        }

        return message;
    }

    private static SocketsHttpHandler Handler(StoreHttpOptions options, TimeSpan connectLimit)
    {
        var handler = new SocketsHttpHandler
        {
            // etcd's and Consul's followers forward to the leader themselves. A redirect would leave the configured
            // servers and their certificates.
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
        /// <summary>The server may have received the request.</summary>
        public bool Sent { get; } = sent;
    }
}
