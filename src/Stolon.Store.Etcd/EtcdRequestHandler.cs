using System.Net;
using System.Net.Http.Headers;

namespace Stolon.Store.Etcd;

/// <summary>What happened to a request, as far as the gRPC client does not report it.</summary>
internal sealed class RequestProgress
{
    private static readonly AsyncLocal<RequestProgress?> CurrentCall = new();

    /// <summary>False: no byte of the message was passed to a connection, so the server cannot have acted on
    /// it.</summary>
    public bool Sent { get; set; }

    /// <summary>Null = none has arrived.</summary>
    public HttpResponseMessage? Answer { get; set; }

    /// <summary>True if the server ended the call with a status. False if the client made one up, for example for an
    /// incomplete response, often with the same codes.</summary>
    public bool HasStatus =>
        Answer is { } answer && (HasStatusIn(answer.Headers) || HasStatusIn(answer.TrailingHeaders));

    /// <summary>That of the call in the current execution context; null outside a call.</summary>
    public static RequestProgress? Current => CurrentCall.Value;

    /// <summary>Starts recording for the next call in this method. The gRPC client passes no state of ours to its HTTP
    /// handler, but runs the handler in its caller's execution context.</summary>
    public static RequestProgress Begin() => CurrentCall.Value = new RequestProgress();

    private static bool HasStatusIn(HttpResponseHeaders headers) => headers.Contains("grpc-status");
}

/// <summary>A handler between the gRPC client and the connections. It records when a request is passed to a connection
/// and what came back, and refuses responses that are not gRPC, with their HTTP status and content type.</summary>
internal sealed class EtcdRequestHandler(HttpMessageHandler connections) : DelegatingHandler(connections)
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var progress = RequestProgress.Current
            ?? throw new InvalidOperationException("a request outside of a call");
        request.Content = new TrackedContent(request.Content!, progress);
        var response = await base.SendAsync(request, cancellationToken);
        var type = response.Content.Headers.ContentType?.MediaType;
        if (response.StatusCode == HttpStatusCode.OK
            && type?.StartsWith("application/grpc", StringComparison.Ordinal) == true)
        {
            progress.Answer = response;
            return response;
        }

        using (response)
        {
            throw new InvalidDataException(
                $"HTTP status {(int)response.StatusCode} with content type {type ?? "none"}, not gRPC");
        }
    }

    /// <summary>The gRPC client's content. .NET reads it when it has a connection and has sent the headers.</summary>
    private sealed class TrackedContent : HttpContent
    {
        private readonly HttpContent _content;
        private readonly RequestProgress _progress;

        public TrackedContent(HttpContent content, RequestProgress progress)
        {
            _content = content;
            _progress = progress;
            foreach (var (name, values) in content.Headers)
            {
                Headers.TryAddWithoutValidation(name, values);
            }
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
            SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override Task SerializeToStreamAsync(
            Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            _progress.Sent = true;
            return _content.CopyToAsync(stream, context, cancellationToken);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = _content.Headers.ContentLength ?? 0;
            return _content.Headers.ContentLength is not null;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                _content.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
