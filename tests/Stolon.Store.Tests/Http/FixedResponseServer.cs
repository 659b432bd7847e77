using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Stolon.Store.Tests.Http;

/// <summary>An HTTP server that sends the same response to every request: not a store, or one with a problem.</summary>
internal sealed class FixedResponseServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentQueue<string> _asked = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _serving;

    public FixedResponseServer(string status, string body)
    {
        _listener.Start();
        Endpoint = $"http://{_listener.LocalEndpoint}";
        _serving = ServeAsync(
            $"HTTP/1.1 {status}\r\nContent-Length: {body.Length}\r\nConnection: close\r\n\r\n{body}");
    }

    public string Endpoint { get; }

    /// <summary>The number of requests.</summary>
    public int Asked => _asked.Count;

    public async ValueTask DisposeAsync()
    {
        // Not the listener first, because it may be between two clients.
        await _stop.CancelAsync();
        await _serving;
        _listener.Dispose();
        _stop.Dispose();
    }

    private async Task ServeAsync(string answer)
    {
        try
        {
            while (true)
            {
                using var connection = await _listener.AcceptTcpClientAsync(_stop.Token);
                var stream = connection.GetStream();
                _asked.Enqueue(await RequestAsync(stream));
                await stream.WriteAsync(Encoding.ASCII.GetBytes(answer), _stop.Token);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
    }

    /// <summary>Reads head and body: the response may be lost if the connection is closed before they are
    /// read.</summary>
    private async Task<string> RequestAsync(NetworkStream stream)
    {
        var request = "";
        var buffer = new byte[4096];
        while (!IsWhole(request))
        {
            request += Encoding.Latin1.GetString(buffer, 0, await stream.ReadAsync(buffer, _stop.Token));
        }

        return request;
    }

    private static bool IsWhole(string request)
    {
        var head = request.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var length = request.Split("\r\n").FirstOrDefault(
            line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
        return head >= 0 && request.Length - head - 4 >= int.Parse(length?[16..] ?? "0");
    }
}
