using System.Net;
using System.Net.Http.Headers;

namespace Stolon.Store.Etcd;

/// <summary>What became of a request: what the gRPC client does not tell.</summary>
internal sealed class RequestProgress
{
    private static readonly AsyncLocal<RequestProgress?> _current = new();

    /// <summary>False: not a byte of the message was handed to a connection, so the server cannot have acted on
    /// it.</summary>
    public bool Sent { get; set; }

    /// <summary>Null = none came.</summary>
    public HttpResponseMessage? Answer { get; set; }

    /// <summary>The server has ended the call with a status. False when the client made one, such as for half an
    /// answer: with many of the same codes.</summary>
    public bool HasStatus =>
        Answer is { } answer && (HasStatusIn(answer.Headers) || HasStatusIn(answer.TrailingHeaders));

    /// <summary>The note of the call that the running code makes; null outside one.</summary>
    public static RequestProgress? Current => _current.Value;

    /// <summary>A note for the call that is made next in this method. The gRPC client carries nothing of ours to its
    /// HTTP handler, but runs the handler in its caller's context.</summary>
    public static RequestProgress Begin() => _current.Value = new RequestProgress();

    private static bool HasStatusIn(HttpResponseHeaders headers) => headers.Contains("grpc-status");
}

/// <summary>Stands between the gRPC client and the connections: writes down when a request is handed to one and what
/// came back, and refuses answers that are not gRPC, with their HTTP status and type.</summary>
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

    /// <summary>The gRPC client's content. .NET asks for it when it has a connection and has sent the
    /// headers.</summary>
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
