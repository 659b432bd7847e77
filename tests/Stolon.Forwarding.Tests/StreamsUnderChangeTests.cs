using System.Net;
using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>Destinations take turns under full load. Every frame contains its connection, its number, the turn in which
/// it was sent and a checksum; both directions are checked.</summary>
public abstract class StreamsUnderChangeTests(EngineKind kind, ITestOutputHelper output)
{
    private const int Changes = 500;
    private const int Clients = 4;
    private const int Unknown = -1;
    private readonly StreamWatch _watch = new();
    private int _turn;
    private int _connections;

    [Fact]
    public async Task Nothing_reaches_the_previous_primary_and_nothing_is_lost_duplicated_or_reordered()
    {
        using var even = Destination.Serving(s => ServeAsync(s, 0));
        using var odd = Destination.Serving(s => ServeAsync(s, 1));
        var before = Descriptors.Sockets;
        await using (var forward = Forward.To(kind, even.Address))
        {
            using var stop = new CancellationTokenSource();
            var clients = Enumerable.Range(0, Clients)
                .Select(_ => Task.Run(() => ConnectAndSendAsync(forward.Address, stop.Token))).ToList();
            var random = new Random(7);
            for (var change = 1; change <= Changes; change++)
            {
                await Task.Delay(random.Next(0, 4));
                Volatile.Write(ref _turn, Unknown);
                forward.Engine.Route(change % 2 == 0 ? even.Address : odd.Address);
                Volatile.Write(ref _turn, change);
            }

            await stop.CancelAsync();
            await Task.WhenAll(clients).WaitAsync(Client.Patience);
        }

        output.WriteLine($"{Changes} changes, {_connections:N0} connections, {_watch.Frames:N0} frames");
        Assert.Empty(_watch.Faults);
        Assert.True(_watch.Frames > Changes, $"the test must have exercised something: {_watch.Frames} frames");
        await Descriptors.EventuallyAsync(before);
    }

    /// <summary>Sends its own numbered stream (also the greeting that the client waits for), and checks what it
    /// receives.</summary>
    private async Task ServeAsync(Socket socket, int parity)
    {
        var sending = SendAsync(socket, connection: 0, () => parity, CancellationToken.None);
        await _watch.CheckAsync(socket, new StreamCheck(), turn => turn % 2 == parity);
        socket.Close(0);
        await sending;
    }

    private async Task ConnectAndSendAsync(IPEndPoint address, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(address, stop);
                var check = new StreamCheck();
                if (await _watch.CheckOneAsync(socket, check))
                {
                    var connection = Interlocked.Increment(ref _connections);
                    var receiving = _watch.CheckAsync(socket, check, _ => true);
                    await SendAsync(socket, connection, () => Volatile.Read(ref _turn), stop);
                    socket.Close(0);
                    await receiving;
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Closed by a change or by the end of the test.
            }
        }
    }

    private static async Task SendAsync(Socket socket, int connection, Func<int> turn, CancellationToken stop)
    {
        var frame = new byte[Frame.Bytes];
        try
        {
            for (long number = 0; !stop.IsCancellationRequested;)
            {
                var now = turn();
                if (now == Unknown)
                {
                    await Task.Yield();
                    continue;
                }

                new Frame(connection, now, number++).Write(frame);
                for (var sent = 0; sent < frame.Length;)
                {
                    sent += await socket.SendAsync(frame.AsMemory(sent), stop);
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Closed by a change or by the end of the test.
        }
    }

    public sealed class OnEpoll(ITestOutputHelper output)
        : StreamsUnderChangeTests(EngineKind.Epoll, output);

    [Trait("run", "all")]
    public sealed class OnPortableSockets(ITestOutputHelper output)
        : StreamsUnderChangeTests(EngineKind.Portable, output);
}
