using System.Net;
using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>Two destinations take turns while clients connect and send continuously. A client waits for its
/// destination's greeting (then it is joined) and sends whose turn it is. The turn is published after each change has
/// returned and is unknown during a change. No destination may receive the other's turn, whether a change comes during
/// accept, dial or forwarding.</summary>
public abstract class RouteRaceTests(EngineKind kind)
{
    private const int Changes = 500;
    private const int Unknown = -1;
    private int _turn;

    /// <param name="patience">Seconds that clients may wait. If not 0, each change includes a moment without a
    /// destination.</param>
    [Theory]
    [InlineData(0)]
    [InlineData(30)]
    public async Task No_byte_sent_after_a_change_reaches_the_previous_destination(int patience)
    {
        int[] right = [0, 0];
        int[] wrong = [0, 0];
        using var even = Destination.Serving(s => WatchAsync(s, 0, right, wrong));
        using var odd = Destination.Serving(s => WatchAsync(s, 1, right, wrong));
        await using var forward = Forward.To(
            kind, even.Address, Forward.Options with { MaxWait = TimeSpan.FromSeconds(patience) });
        using var stop = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 8)
            .Select(_ => Task.Run(() => ConnectAndSendAsync(forward.Address, stop.Token))).ToList();

        var random = new Random(7);
        for (var change = 1; change <= Changes; change++)
        {
            await Task.Delay(random.Next(0, 4));
            Volatile.Write(ref _turn, Unknown);
            if (patience > 0)
            {
                forward.Engine.Route(null);
                await Task.Yield();
            }

            forward.Engine.Route(change % 2 == 0 ? even.Address : odd.Address);
            Volatile.Write(ref _turn, change % 2);
        }

        await stop.CancelAsync();
        await Task.WhenAll(clients).WaitAsync(Client.Patience);
        Assert.Equal([0, 0], wrong);
        Assert.All(right, r => Assert.True(r > Changes, $"the test must have exercised something: {r} bytes"));
    }

    private static async Task WatchAsync(Socket socket, byte own, int[] right, int[] wrong)
    {
        await socket.SendAsync(new byte[1]);
        var buffer = new byte[4096];
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0)
        {
            var mine = buffer.AsSpan(0, count).Count(own);
            Interlocked.Add(ref right[own], mine);
            Interlocked.Add(ref wrong[own], count - mine);
        }
    }

    private async Task ConnectAndSendAsync(IPEndPoint address, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(address, stop);
                if (await socket.ReceiveAsync(new byte[1], stop) == 1)
                {
                    for (var i = 0; i < 50; i++)
                    {
                        var turn = Volatile.Read(ref _turn);
                        await (turn == Unknown ? Task.Delay(1, stop) : socket.SendAsync(new[] { (byte)turn }));
                    }
                }
            }
            catch (Exception e) when (e is SocketException or OperationCanceledException)
            {
                // Closed by a change or by the end of the test.
            }
        }
    }

    public sealed class OnEpoll() : RouteRaceTests(EngineKind.Epoll);

    [Trait("run", "all")]
    public sealed class OnPortableSockets() : RouteRaceTests(EngineKind.Portable);
}
