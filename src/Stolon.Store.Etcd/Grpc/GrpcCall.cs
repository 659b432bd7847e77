using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Google.Protobuf;

namespace Stolon.Store.Etcd.Grpc;

/// <summary>One call to one server: a request message, then answers until the server's status. Disposing it aborts
/// it.</summary>
/// <remarks>Source: grpc.io, "gRPC over HTTP2". Every way it can fail is a <see cref="GrpcException"/>, except
/// cancellation.</remarks>
internal sealed class GrpcCall<TResponse> : IDisposable
    where TResponse : class, IMessage<TResponse>
{
    private readonly HttpRequestMessage _request;
    private readonly GrpcContent _content;
    private readonly MessageParser<TResponse> _parser;
    private HttpResponseMessage? _response;
    private Stream? _answers;

    private GrpcCall(HttpRequestMessage request, GrpcContent content, MessageParser<TResponse> parser)
    {
        _request = request;
        _content = content;
        _parser = parser;
    }

    /// <summary>Asks once and takes the one answer.</summary>
    /// <param name="token">Of a login; null = none.</param>
    public static async Task<TResponse> UnaryAsync<TRequest>(
        HttpMessageInvoker http,
        Uri server,
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        string? token,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
    {
        using var call = Make(server, method, request, token, hold: false);
        return await call.WithinAsync(
            timeout,
            time,
            async token =>
            {
                await call.SendAsync(http, token);
                var answer = await call.NextAsync(token)
                    ?? throw call.Broken(GrpcStatusCode.Internal, "an answer without a message");
                // The status comes behind the message; only "OK" makes the message an answer.
                return await call.NextAsync(token) is null
                    ? answer
                    : throw call.Broken(GrpcStatusCode.Internal, "more than one message in an answer");
            },
            cancellationToken);
    }

    /// <summary>Asks and keeps the request's side open, for answers that come over a long time.</summary>
    /// <param name="token">Of a login; null = none.</param>
    /// <param name="timeout">Until the first answer, which is given too.</param>
    public static async Task<(GrpcCall<TResponse> Call, TResponse First)> OpenAsync<TRequest>(
        HttpMessageInvoker http,
        Uri server,
        GrpcMethod<TRequest, TResponse> method,
        TRequest request,
        string? token,
        TimeSpan timeout,
        TimeProvider time,
        CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
    {
        var call = Make(server, method, request, token, hold: true);
        try
        {
            return await call.WithinAsync(
                timeout,
                time,
                async token =>
                {
                    await call.SendAsync(http, token);
                    return (call, await call.NextAsync(token)
                        ?? throw call.Broken(GrpcStatusCode.Unavailable, "the server ended the stream"));
                },
                cancellationToken);
        }
        catch
        {
            call.Dispose();
            throw;
        }
    }

    /// <summary>The next answer; null when the server ended the call with status OK.</summary>
    public async Task<TResponse?> NextAsync(CancellationToken cancellationToken)
    {
        try
        {
            var answer = await GrpcFrame.ReadAsync(_answers!, _parser, cancellationToken);
            if (answer is null)
            {
                // Without a message at all the server may send its status in the headers.
                var trailers = _response!.TrailingHeaders.Contains("grpc-status")
                    ? _response.TrailingHeaders
                    : _response.Headers;
                ThrowUnlessOk(trailers);
            }
            return answer;
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw Broken(GrpcStatusCode.Unavailable, Trouble(e), e);
        }
    }

    public void Dispose()
    {
        // First the content: it may be waiting for the end of this call.
        _content.Dispose();
        _response?.Dispose();
        _request.Dispose();
    }

    private static GrpcCall<TResponse> Make<TRequest>(
        Uri server, GrpcMethod<TRequest, TResponse> method, TRequest request, string? token, bool hold)
        where TRequest : class, IMessage<TRequest>
    {
        var content = new GrpcContent(GrpcFrame.Pack(request), hold);
        var http = new HttpRequestMessage(HttpMethod.Post, new Uri(server, method.Path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = content,
        };
        http.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        // A member without a leader refuses at once, before it does anything, instead of letting us wait.
        http.Headers.Add("hasleader", "true");
        if (token is not null)
        {
            http.Headers.Add("token", token);
        }

        return new GrpcCall<TResponse>(http, content, method.Parser);
    }

    private async Task<T> WithinAsync<T>(
        TimeSpan timeout, TimeProvider time, Func<CancellationToken, Task<T>> step, CancellationToken cancellationToken)
    {
        using var deadline = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, deadline.Token);
        try
        {
            return await step(either.Token);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Broken(
                GrpcStatusCode.DeadlineExceeded,
                string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.###} s"));
        }
    }

    private async Task SendAsync(HttpMessageInvoker http, CancellationToken cancellationToken)
    {
        try
        {
            _response = await http.SendAsync(_request, cancellationToken);
            _answers = await _response.Content.ReadAsStreamAsync(cancellationToken);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            // The connect timeout of the handler shows as a cancellation.
            throw Broken(GrpcStatusCode.Unavailable, Trouble(e), e);
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw Broken(GrpcStatusCode.Unavailable, Trouble(e), e);
        }
        var type = _response.Content.Headers.ContentType?.MediaType;
        if (_response.StatusCode != HttpStatusCode.OK
            || type?.StartsWith("application/grpc", StringComparison.Ordinal) != true)
        {
            throw Broken(
                GrpcStatusCode.Internal,
                $"HTTP status {(int)_response.StatusCode} with content type {type ?? "none"}, not gRPC");
        }
    }

    private string Trouble(Exception e) =>
        ConnectionTrouble.Describe(e, tls: _request.RequestUri?.Scheme == Uri.UriSchemeHttps);

    private void ThrowUnlessOk(HttpResponseHeaders headers)
    {
        if (!headers.TryGetValues("grpc-status", out var values)
            || !int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out var status))
        {
            throw Broken(GrpcStatusCode.Unavailable, "the answer ended without a gRPC status");
        }
        if (status != (int)GrpcStatusCode.Ok)
        {
            var detail = headers.TryGetValues("grpc-message", out var texts) ? texts.First() : "";
            throw new GrpcException((GrpcStatusCode)status, Uri.UnescapeDataString(detail), sent: true);
        }
    }

    private GrpcException Broken(GrpcStatusCode code, string detail, Exception? cause = null) =>
        new(code, detail, _content.Sent, cause);

    private static bool IsBroken(Exception e) =>
        e is HttpRequestException or IOException or InvalidDataException or InvalidProtocolBufferException;
}
