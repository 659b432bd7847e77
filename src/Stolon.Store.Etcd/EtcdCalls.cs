using System.Globalization;
using System.Net;
using Google.Protobuf;
using Grpc.Core;
using Grpc.Net.Client;
using Stolon.Store.Http;

namespace Stolon.Store.Etcd;

/// <summary>Single calls to single members. Every way one can fail is an <see cref="EtcdCallException"/>, except
/// cancellation.</summary>
internal sealed class EtcdCalls : IDisposable
{
    /// <summary>Limit of one answer: far above what a cluster stores, far below what would hurt us.</summary>
    private const int MaxAnswerBytes = 64 * 1024 * 1024;

    /// <summary>Silence after which a connection in use is asked for a sign of life. Not shorter: etcd closes
    /// connections that ask more often than every five seconds (its option --grpc-keepalive-min-time).</summary>
    private static readonly TimeSpan PingAfter = TimeSpan.FromSeconds(6);

    /// <summary>The shortest that .NET takes.</summary>
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

    /// <summary>Asks once and takes the one answer.</summary>
    /// <param name="token">Of a login; null = none.</param>
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

    /// <summary>Asks and keeps the request's side open, for answers that come over a long time.</summary>
    /// <param name="token">Of a login; null = none.</param>
    /// <param name="timeout">Until the first answer, which is given too.</param>
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
            // The limit is for the first answer, not for the call: it goes to the steps only.
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

    /// <summary>What the gRPC client gives, or its failure in our terms.</summary>
    public async Task<T> AnswerAsync<T>(Func<Task<T>> step, RequestProgress progress)
    {
        try
        {
            return await step();
        }
        catch (RpcException e) when (e.Status.DebugException is { } cause)
        {
            // Of this side. The client's own code for it is not taken: it is the one for the HTTP/2 error, as if the
            // server had looked at the request and refused it.
            throw Failure(StatusCode.Unavailable, ConnectionFailure.OfHttp2(cause, _tls), progress, e);
        }
        catch (RpcException e) when (!progress.HasStatus)
        {
            // Nor is this one the server's: the client could make nothing of the answer.
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
                string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.###} s"),
                progress);
        }
        catch (OperationCanceledException e) when (!Stopped())
        {
            // The connect timeout of the handler shows as a cancellation.
            throw Failure(StatusCode.Unavailable, ConnectionFailure.OfHttp2(e, _tls), progress, e);
        }

        bool Stopped() => cancellationToken.IsCancellationRequested;
    }

    /// <summary>Given an <see cref="HttpClient"/>, the channel asks it and no more. To a handler it
    /// would add its load balancing: connections and reconnecting of its own, in the background.</summary>
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
            // A member that does not even connect must leave time to write through another one.
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
        // A member without a leader refuses at once, before it does anything, instead of letting us wait.
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

/// <summary>The answers of one call that goes on. Disposing it ends the call.</summary>
internal sealed class EtcdResponseReader(
    EtcdCalls calls, IDisposable call, IAsyncStreamReader<IMessage> answers, RequestProgress progress) : IDisposable
{
    /// <exception cref="EtcdCallException">There is none: the call is over.</exception>
    public async Task<IMessage> NextAsync(CancellationToken cancellationToken) =>
        await calls.AnswerAsync(() => answers.MoveNext(cancellationToken), progress)
            ? answers.Current
            : throw new EtcdCallException(StatusCode.Unavailable, "the server ended the stream", sent: true);

    public void Dispose() => call.Dispose();
}
