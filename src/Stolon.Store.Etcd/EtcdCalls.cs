using System.Globalization;
using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Stolon.Store.Http;

namespace Stolon.Store.Etcd;

/// <summary>Single calls to single members. Every failure is an <see cref="EtcdCallException"/>, except
/// cancellation.</summary>
internal sealed class EtcdCalls : IDisposable
{
    /// <summary>Maximum size of one response: far above what a cluster stores, and small enough for our
    /// memory.</summary>
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    /// <summary>Idle time after which a ping is sent on a connection in use. Not shorter: etcd closes connections that
    /// ping more often than every five seconds (its option --grpc-keepalive-min-time).</summary>
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(6);

    /// <summary>.NET's minimum.</summary>
    private static readonly TimeSpan ShortestPingTimeout = TimeSpan.FromSeconds(1);

    private readonly HttpClient _http;
    private readonly Dictionary<Uri, GrpcChannel> _members;
    private readonly TimeProvider _time;
    private readonly bool _tls;

    public EtcdCalls(EtcdOptions options, TimeProvider time)
    {
        _http = new HttpClient(new EtcdRequestHandler(Handler(options)))
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        _time = time;
        _tls = options.Endpoints.Tls;
        _members = options.Endpoints.Addresses.Distinct().ToDictionary(address => address, Channel);
    }

    /// <summary>A call with one request and one response.</summary>
    /// <param name="token">The token of a login; null = none.</param>
    public Task<TResponse> UnaryAsync<TRequest, TResponse>(
        Uri server,
        EtcdMethod<TRequest, TResponse> method,
        TRequest request,
        string? token,
        TimeSpan timeout,
        CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => WithinAsync(
        timeout,
        async (progress, limit) =>
        {
            using var call = _members[server].CreateCallInvoker()
                .AsyncUnaryCall(method.Method, host: null, Options(token, limit), request);
            return (TResponse)await AnswerAsync(() => call.ResponseAsync, progress);
        },
        cancellationToken);

    /// <summary>Opens a stream of responses, and keeps the request side open.</summary>
    /// <param name="token">The token of a login; null = none.</param>
    /// <param name="timeout">Until the first response, which is returned too.</param>
    public Task<(EtcdResponseReader Answers, TResponse First)> OpenAsync<TRequest, TResponse>(
        Uri server,
        EtcdMethod<TRequest, TResponse> method,
        TRequest request,
        string? token,
        TimeSpan timeout,
        CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> => WithinAsync(
        timeout,
        async (progress, limit) =>
        {
            // The timeout is for the first response, not for the call, so it is passed only to the steps.
            var call = _members[server].CreateCallInvoker()
                .AsyncDuplexStreamingCall(method.Method, host: null, Options(token, CancellationToken.None));
            try
            {
                var answers = new EtcdResponseReader(this, call, call.ResponseStream, progress);
                await AnswerAsync(
                    async () =>
                    {
                        await call.RequestStream.WriteAsync(request, limit);
                        return true;
                    },
                    progress);
                return (answers, (TResponse)await answers.NextAsync(limit));
            }
            catch
            {
                call.Dispose();
                throw;
            }
        },
        cancellationToken);

    /// <summary>The result of the gRPC client, or its failure as <see cref="EtcdCallException"/>.</summary>
    public async Task<T> AnswerAsync<T>(Func<Task<T>> step, RequestProgress progress)
    {
        try
        {
            return await step();
        }
        catch (RpcException e) when (e.Status.DebugException is { } cause)
        {
            // A failure on this side. The client's code for it is not used: it stands for the HTTP/2 error, as if the
            // server had processed and refused the request.
            throw Failure(StatusCode.Unavailable, ConnectionFailure.OfHttp2(cause, _tls), progress, e);
        }
        catch (RpcException e) when (!progress.HasStatus)
        {
            // Not the server's status either: the client could not decode the response.
            throw Failure(StatusCode.Unavailable, e.Status.Detail.TrimEnd('.'), progress, e);
        }
        catch (RpcException e)
        {
            throw Failure(e.StatusCode, e.Status.Detail, progress, e);
        }
    }

    public void Dispose()
    {
        foreach (var member in _members.Values)
        {
            member.Dispose();
        }

        _http.Dispose();
    }

    private async Task<T> WithinAsync<T>(
        TimeSpan timeout, Func<RequestProgress, CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        var progress = RequestProgress.Begin();
        try
        {
            return await step(progress, either.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !Stopped())
        {
            throw Failure(
                StatusCode.DeadlineExceeded,
                string.Create(CultureInfo.InvariantCulture, $"no response within {timeout.TotalSeconds:0.###} s"),
                progress);
        }
        catch (OperationCanceledException e) when (!Stopped())
        {
            // The handler's connect timeout is thrown as a cancellation.
            throw Failure(StatusCode.Unavailable, ConnectionFailure.OfHttp2(e, _tls), progress, e);
        }

        bool Stopped() => cancellationToken.IsCancellationRequested;
    }

    /// <summary>With an <see cref="HttpClient"/>, the channel only sends requests through it. With a handler, it would
    /// add its load balancing, which connects and reconnects in the background.</summary>
    private GrpcChannel Channel(Uri member) => GrpcChannel.ForAddress(
        member,
        new GrpcChannelOptions
        {
            HttpClient = _http,
            HttpVersion = HttpVersion.Version20,
            HttpVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            MaxReceiveMessageSize = MaxAnswerBytes,
            ThrowOperationCanceledOnCancellation = true,
        });

    private static SocketsHttpHandler Handler(EtcdOptions options)
    {
        var timeout = options.RequestTimeout;
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ActivityHeadersPropagator = null,
            KeepAlivePingDelay = PingAfter,
            KeepAlivePingTimeout = timeout > ShortestPingTimeout ? timeout : ShortestPingTimeout,
            KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
            // A member that does not connect must leave time to write through another one.
            ConnectTimeout = timeout / (options.Endpoints.Addresses.Count + 1),
        };
        if (options.Endpoints.Tls)
        {
            handler.SslOptions = (options.Tls ?? StoreTls.Load(new StoreTlsOptions())).ClientOptions();
        }

        return handler;
    }

    private static CallOptions Options(string? token, CancellationToken limit)
    {
        // A member without a leader refuses at once, before it does anything, instead of waiting.
        var headers = new Metadata { { "hasleader", "true" } };
        if (token is not null)
        {
            headers.Add("token", token);
        }

        return new CallOptions(headers, cancellationToken: limit);
    }

    private static EtcdCallException Failure(
        StatusCode code, string detail, RequestProgress progress, Exception? cause = null) =>
        new(code, detail, progress.Sent, cause);
}

/// <summary>The responses of one streaming call. Dispose it to end the call.</summary>
internal sealed class EtcdResponseReader(
    EtcdCalls calls, IDisposable call, IAsyncStreamReader<IMessage> answers, RequestProgress progress) : IDisposable
{
    /// <exception cref="EtcdCallException">The call has ended.</exception>
    public async Task<IMessage> NextAsync(CancellationToken cancellationToken) =>
        await calls.AnswerAsync(() => answers.MoveNext(cancellationToken), progress)
            ? answers.Current
            : throw new EtcdCallException(StatusCode.Unavailable, "the server ended the stream", sent: true);

    public void Dispose() => call.Dispose();
}
