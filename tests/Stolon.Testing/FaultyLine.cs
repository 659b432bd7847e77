using System.Net;
using System.Net.Sockets;

namespace Stolon.Testing;

/// <summary>A TCP relay to a server on this machine that can delay, drop or cut responses.</summary>
public sealed class FaultyLine : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _server;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<Socket> _sockets = [];
    private readonly List<Task> _tasks = [];
    private bool _swallowed;

    private FaultyLine(int server) => _server = server;

    /// <summary>The port for clients, on 127.0.0.1.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Each chunk of a response is delayed by this time.</summary>
    public TimeSpan Delay { get; set; }

    /// <summary>True: requests arrive, responses are dropped until <see cref="Cut"/>.</summary>
    public bool SwallowsAnswers { get; set; }

    /// <summary>Called for each connection; returns an observer of the data on it, and whether they are a response.
    /// Null: no observer.</summary>
    public Func<Action<ReadOnlyMemory<byte>, bool>>? Tap { get; init; }

    /// <summary>A relay to this port of the machine.</summary>
    public static FaultyLine To(int port, Func<Action<ReadOnlyMemory<byte>, bool>>? tap = null)
    {
        var line = new FaultyLine(port) { Tap = tap };
        line._listener.Start();
        line.Run(line.AcceptAsync);
        return line;
    }

    /// <summary>Resets all connections; new ones work normally.</summary>
    public void Cut()
    {
        lock (_lock)
        {
            SwallowsAnswers = false;
            _swallowed = false;
            foreach (var socket in _sockets)
            {
                // A reset, not a normal close.
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                socket.Dispose();
            }

            _sockets.Clear();
        }
    }

    /// <summary>True if a response was dropped since the last cut.</summary>
    public bool HasSwallowed
    {
        get
        {
            lock (_lock)
            {
                return _swallowed;
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Cut();
        Task[] tasks;
        lock (_lock)
        {
            tasks = [.. _tasks];
        }

        await Task.WhenAll(tasks);
        _stop.Dispose();
    }

    private void Run(Func<Task> work)
    {
        lock (_lock)
        {
            _tasks.RemoveAll(t => t.IsCompleted);
            _tasks.Add(Task.Run(async () =>
            {
                try
                {
                    await work();
                }
                catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
                {
                    // One side has closed, so the pair ends.
                }
            }));
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            var client = await _listener.AcceptSocketAsync(_stop.Token);
            Run(() => RelayAsync(client));
        }
    }

    private async Task RelayAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        lock (_lock)
        {
            _sockets.AddRange([client, server]);
        }

        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _server, _stop.Token);
            var tap = Tap?.Invoke();
            await Task.WhenAny(
                PumpAsync(client, server, tap, answers: false), PumpAsync(server, client, tap, answers: true));
        }
        finally
        {
            lock (_lock)
            {
                _sockets.Remove(client);
                _sockets.Remove(server);
            }

            client.Dispose();
            server.Dispose();
        }
    }

    private async Task PumpAsync(Socket from, Socket to, Action<ReadOnlyMemory<byte>, bool>? tap, bool answers)
    {
        var buffer = new byte[64 * 1024];
        while (await from.ReceiveAsync(buffer, _stop.Token) is > 0 and var count)
        {
            tap?.Invoke(buffer.AsMemory(0, count), answers);
            if (answers && Delay > TimeSpan.Zero)
            {
                await Task.Delay(Delay, _stop.Token);
            }

            if (answers && SwallowsAnswers)
            {
                lock (_lock)
                {
                    _swallowed = true;
                }

                continue;
            }

            await to.SendAsync(buffer.AsMemory(0, count), _stop.Token);
        }
    }
}
