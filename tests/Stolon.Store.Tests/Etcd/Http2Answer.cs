using System.Net;
using System.Net.Sockets;

namespace Stolon.Store.Tests.Etcd;

/// <summary>An HTTP/2 server without TLS that sends the same frames for every complete request.</summary>
internal sealed class Http2Answer : IAsyncDisposable
{
    private const byte Data = 0;
    private const byte Headers = 1;
    private const byte Reset = 3;
    private const byte Settings = 4;
    private const byte EndOfStream = 1;
    private const byte EndOfHeaders = 4;
    private const int PrefaceBytes = 24;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<byte[], byte[]> _answer;
    private readonly Task _serving;

    private Http2Answer(Func<byte[], byte[]> answer)
    {
        _answer = answer;
        _listener.Start();
        Endpoint = $"http://{_listener.LocalEndpoint}";
        _serving = ServeAsync();
    }

    public string Endpoint { get; }

    /// <summary>Only HTTP status 404 (header 13 of HPACK's table).</summary>
    public static Http2Answer NotFound() =>
        new(stream => Frame(Headers, EndOfHeaders | EndOfStream, stream, [0x80 | 13]));

    /// <summary>A gRPC response without a status.</summary>
    public static Http2Answer WithoutStatus() =>
        new(stream => Frame(Headers, EndOfHeaders | EndOfStream, stream, GrpcHeaders()));

    /// <summary>A gRPC response whose message has a declared size of almost 2 GiB.</summary>
    public static Http2Answer TooLarge() => new(stream =>
    [
        .. Frame(Headers, EndOfHeaders, stream, GrpcHeaders()),
        .. Frame(Data, 0, stream, [0, 0x7f, 0, 0, 0, 1, 2, 3]),
    ]);

    /// <summary>The request is reset with ENHANCE_YOUR_CALM, which gRPC clients report as a refusal.</summary>
    public static Http2Answer Calming() => new(stream => Frame(Reset, 0, stream, [0, 0, 0, 0x0b]));

    public async ValueTask DisposeAsync()
    {
        // Not the listener first, because it may be between two clients.
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync()
    {
        try
        {
            while (true)
            {
                using var connection = await _listener.AcceptTcpClientAsync(_stop.Token);
                await ServeAsync(connection.GetStream());
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    private async Task ServeAsync(NetworkStream connection)
    {
        try
        {
            await connection.WriteAsync(Frame(Settings, 0, [0, 0, 0, 0], []), _stop.Token);
            await connection.ReadExactlyAsync(new byte[PrefaceBytes], _stop.Token);
            while (true)
            {
                // Length (3), type, flags, stream (4).
                var head = new byte[9];
                await connection.ReadExactlyAsync(head, _stop.Token);
                await connection.ReadExactlyAsync(
                    new byte[(head[0] << 16) | (head[1] << 8) | head[2]], _stop.Token);
                if (head[3] == Data && (head[4] & EndOfStream) != 0)
                {
                    await connection.WriteAsync(_answer(head[5..]), _stop.Token);
                }
            }
        }
        catch (IOException)
        {
            // The client has gone.
        }
    }

    /// <summary>Status 200 (8 of HPACK's table), and as content type (31) a text of 16 characters.</summary>
    private static byte[] GrpcHeaders() => [0x80 | 8, 0x0f, 31 - 0x0f, 16, .. "application/grpc"u8];

    private static byte[] Frame(byte type, byte flags, byte[] stream, byte[] payload) =>
        [0, 0, (byte)payload.Length, type, flags, .. stream, .. payload];
}
