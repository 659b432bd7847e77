using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Stolon.Hosting.Metrics;

/// <summary>Serves <c>/metrics</c> over plain HTTP and nothing else (docs/spec/metrics.md 1).</summary>
/// <remarks>HttpListener answers only requests whose Host header matches the address it was bound to, so it
/// refuses scrapers that use another name. Kestrel costs too much size and memory
/// (docs/adr/0023-http-and-metrics.md).</remarks>
public sealed class MetricsServer : IAsyncDisposable
{
    /// <summary>Connections served at the same time; a scraper needs one. Further ones wait in the kernel.</summary>
    private const int Concurrency = 8;
    private const int MaxRequestBytes = 8192;
    private static readonly TimeSpan RequestTimeout = TimeSpan.FromSeconds(10);

    private readonly TcpListener _listener;
    private readonly Func<string> _render;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _slots = new(Concurrency);
    private readonly Task _accepting;

    private MetricsServer(TcpListener listener, Func<string> render, TimeProvider time, ILogger logger)
    {
        _listener = listener;
        _render = render;
        _time = time;
        _logger = logger;
        _accepting = AcceptAsync(_stopping.Token);
    }

    /// <summary>The address that it listens on, with the assigned port if the configured port is 0.</summary>
    public EndPoint Address => _listener.LocalEndpoint;

    /// <param name="render">Renders the page, once per request.</param>
    /// <exception cref="MetricsListenException">The address is invalid or in use.</exception>
    public static async Task<MetricsServer> StartAsync(
        string address, Func<string> render, TimeProvider time, ILogger logger, CancellationToken cancellationToken)
    {
        try
        {
            var listener = await ListenAddress.Parse(address).ListenerAsync(cancellationToken);
            listener.Start();
            return new MetricsServer(listener, render, time, logger);
        }
        catch (Exception e) when (e is FormatException or SocketException)
        {
            throw new MetricsListenException($"cannot serve metrics on {address}: {e.Message}", e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stopping.Dispose();
        _slots.Dispose();
    }

    private async Task AcceptAsync(CancellationToken stopping)
    {
        var serving = new List<Task>();
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await _slots.WaitAsync(stopping);
                serving.RemoveAll(t => t.IsCompleted);
                serving.Add(ServeAsync(await _listener.AcceptTcpClientAsync(stopping), stopping));
            }
            catch (OperationCanceledException)
            {
                break;
            }
            catch (SocketException e)
            {
                // Most likely out of file descriptors: pause the metrics; the agent continues.
                HostingLog.MetricsAcceptFailed(_logger, e);
                _slots.Release();
                await Task.Delay(RequestTimeout, _time, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }

        await Task.WhenAll(serving);
    }

    private async Task ServeAsync(TcpClient client, CancellationToken stopping)
    {
        using var deadline = new CancellationTokenSource(RequestTimeout, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stopping, deadline.Token);
        try
        {
            using (client)
            {
                var stream = client.GetStream();
                var answer = Answer(await ReadHeadAsync(stream, either.Token));
                await stream.WriteAsync(Encoding.UTF8.GetBytes(answer), either.Token);
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            HostingLog.MetricsRequestFailed(_logger, e);
        }
        finally
        {
            _slots.Release();
        }
    }

    private static async Task<string> ReadHeadAsync(NetworkStream stream, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxRequestBytes];
        var length = 0;
        while (length < buffer.Length)
        {
            var read = await stream.ReadAsync(buffer.AsMemory(length), cancellationToken);
            length += read;
            var head = Encoding.ASCII.GetString(buffer, 0, length);
            if (read == 0 || head.Contains("\r\n\r\n") || head.Contains("\n\n"))
            {
                return head;
            }
        }

        return "";
    }

    private string Answer(string head)
    {
        var words = head.Split('\n')[0].TrimEnd('\r').Split(' ');
        return words switch
        {
            [var method, var target, "HTTP/1.0" or "HTTP/1.1"] when method is "GET" or "HEAD" =>
                target.Split('?')[0] is "/metrics"
                    ? Page("200 OK", PrometheusText.ContentType, _render(), withBody: method is "GET")
                    : Page("404 Not Found", "text/plain; charset=utf-8", "404 page not found\n", method is "GET"),
            [_, _, "HTTP/1.0" or "HTTP/1.1"] =>
                Page("405 Method Not Allowed", "text/plain; charset=utf-8", "405 method not allowed\n", true),
            _ => Page("400 Bad Request", "text/plain; charset=utf-8", "400 bad request\n", true),
        };
    }

    private static string Page(string status, string contentType, string body, bool withBody) =>
        $"HTTP/1.1 {status}\r\nContent-Type: {contentType}\r\n"
        + $"Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n"
        + (withBody ? body : "");
}
