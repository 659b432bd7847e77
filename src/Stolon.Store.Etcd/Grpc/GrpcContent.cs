using System.Net;
using System.Net.Http.Headers;

namespace Stolon.Store.Etcd.Grpc;

/// <summary>The request's body: one message; then the end, or for a stream silence until the call is closed.</summary>
internal sealed class GrpcContent : HttpContent
{
    private readonly byte[] _frame;
    private readonly TaskCompletionSource? _held;

    public GrpcContent(byte[] frame, bool hold)
    {
        _frame = frame;
        _held = hold ? new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously) : null;
        Headers.ContentType = new MediaTypeHeaderValue("application/grpc");
    }

    /// <summary>False: not a byte of the message was handed to a connection, so the server cannot have acted on
    /// it.</summary>
    public bool Sent { get; private set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(
        Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        Sent = true;
        await stream.WriteAsync(_frame, cancellationToken);
        await stream.FlushAsync(cancellationToken);
        if (_held is not null)
        {
            using (cancellationToken.Register(() => _held.TrySetResult()))
            {
                await _held.Task;
            }
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _frame.Length;
        return _held is null;
    }

    protected override void Dispose(bool disposing)
    {
        _held?.TrySetResult();
        base.Dispose(disposing);
    }
}
