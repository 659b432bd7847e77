using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests;

/// <summary>Clients with different behaviour run concurrently while destinations change and the port closes and opens;
/// afterwards no resource is left.</summary>
public abstract class SoakTests(EngineKind kind, ITestOutputHelper output)
{
    private const int Clients = 24;
    private readonly int[] _done = new int[7];
    private int _cut;

    [Fact]
    public Task Mixed_load_for_seconds_leaves_nothing_behind() => RunAsync(TimeSpan.FromSeconds(8));

    /// <summary>Run with <c>-explicit only</c>.</summary>
    [Fact(Explicit = true)]
    public Task Mixed_load_for_minutes_leaves_nothing_behind() => RunAsync(TimeSpan.FromMinutes(10));

    private async Task RunAsync(TimeSpan length)
    {
        using var first = Destination.Echo();
        using var second = Destination.Echo();
        await using var forward = Forward.To(kind, first.Address, Forward.Options with { Port = FreePort.Next() });
        using var figures = new Figures();
        var clock = Stopwatch.StartNew();
        // Pools fill in the first tenth of the time; growth afterwards is a leak.
        await CrowdAsync(forward, first, second, () => clock.Elapsed < length / 10);
        await SettleAsync(forward, figures);
        var sockets = Descriptors.Sockets;
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var initial = Environment.WorkingSet;

        await CrowdAsync(forward, first, second, () => clock.Elapsed < length);

        await SettleAsync(forward, figures);
        await Descriptors.EventuallyAsync(sockets);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - memory;
        output.WriteLine(
            $"{string.Join(' ', _done)} visits, {_cut} cut short; managed memory grew by {grown:N0} bytes, the process "
            + $"by {Environment.WorkingSet - initial:N0}");
        Assert.InRange(grown, long.MinValue, 8_000_000);
        Assert.InRange(Environment.WorkingSet - initial, long.MinValue, 150_000_000);
        Assert.All(_done, d => Assert.NotEqual(0, d));
        using var last = await Client.ConnectAsync(forward.Address);
        Assert.Equal("served", await last.EchoAsync("served"));
    }

    private static Task SettleAsync(Forward forward, Figures figures)
    {
        forward.Engine.Listen();
        return figures.EventuallyAsync("stolon_proxy_connections_open", 0);
    }

    private async Task CrowdAsync(Forward forward, Destination first, Destination second, Func<bool> goOn)
    {
        var address = forward.Address;
        var clients = Enumerable.Range(0, Clients).Select(seed => Task.Run(async () =>
        {
            var random = new Random(seed);
            while (goOn())
            {
                await VisitAsync(address, random);
            }
        })).ToList();
        var changes = new Random(99);
        while (goOn())
        {
            await Task.Delay(changes.Next(300));
            switch (changes.Next(8))
            {
                case 0:
                    forward.Engine.Route(null);
                    break;
                case 1:
                    forward.Engine.StopListening();
                    break;
                case 2:
                    forward.Engine.RouteAmong((first, 0), (second, 0));
                    break;
                default:
                    forward.Engine.Route((changes.Next(2) == 0 ? first : second).Address);
                    forward.Engine.Listen();
                    break;
            }
        }

        forward.Engine.Route(first.Address);
        await Task.WhenAll(clients);
    }

    private async Task VisitAsync(IPEndPoint address, Random random)
    {
        var manner = random.Next(_done.Length);
        try
        {
            using var socket = await Client.ConnectAsync(address);
            await BehaveAsync(socket, manner, random);
            Interlocked.Increment(ref _done[manner]);
        }
        catch (SocketException)
        {
            Interlocked.Increment(ref _cut);
            await Task.Delay(5);
        }
    }

    /// <summary>A peer that never answers is a failure; an end or a reset comes from a change of destination.</summary>
    private static async Task BehaveAsync(Socket socket, int manner, Random random)
    {
        switch (manner)
        {
            case 0:
                socket.Close(0);
                break;
            case 1:
                for (var i = 0; i < 20; i++)
                {
                    await AskAsync(socket, "small");
                }

                break;
            case 2:
                await AskAsync(socket, new string('b', random.Next(100_000)));
                break;
            case 3:
                await AskAsync(socket, "last");
                socket.Shutdown(SocketShutdown.Send);
                await socket.EndsAsync();
                break;
            case 4:
                _ = Traffic.SendUntilResetAsync(socket);
                await Task.Delay(random.Next(50));
                socket.Close(0);
                break;
            case 5:
                foreach (var letter in "letter by letter")
                {
                    await AskAsync(socket, $"{letter}");
                }

                break;
            default:
                await socket.SendTextAsync(new string('h', 100_000));
                socket.Shutdown(SocketShutdown.Send);
                await Task.Delay(random.Next(50));
                await Traffic.DrainAsync(socket);
                break;
        }
    }

    private static async Task AskAsync(Socket socket, string text)
    {
        var sending = socket.SendTextAsync(text);
        Assert.StartsWith(await socket.ReceiveTextAsync(text.Length), text);
        await sending;
    }

    public sealed class OnEpoll(ITestOutputHelper output) : SoakTests(EngineKind.Epoll, output);

    [Trait("run", "all")]
    public sealed class OnPortableSockets(ITestOutputHelper output) : SoakTests(EngineKind.Portable, output);
}
