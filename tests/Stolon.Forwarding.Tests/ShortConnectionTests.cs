using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>Connections with a single request, each from connect to close.</summary>
public abstract class ShortConnectionTests(EngineKind kind, ITestOutputHelper output)
{
    private const int Clients = 16;

    [Fact]
    public Task Short_connections_for_some_seconds() => RunAsync(int.MaxValue, TimeSpan.FromSeconds(4));

    /// <summary>Takes minutes: run with <c>-explicit only</c>.</summary>
    [Fact(Explicit = true)]
    public Task A_million_short_connections() => RunAsync(1_000_000, TimeSpan.FromMinutes(30));

    private async Task RunAsync(int most, TimeSpan longest)
    {
        using var server = Destination.Echo();
        await using var forward = Forward.To(kind, server.Address);
        using var figures = new Figures();
        await AskAsync(forward, 0, 0);
        var before = Descriptors.Sockets;
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        var clock = Stopwatch.StartNew();
        var begun = 0;
        var done = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            var count = 0;
            while (clock.Elapsed < longest && Interlocked.Increment(ref begun) <= most)
            {
                await AskAsync(forward, client, count++);
            }

            return count;
        })));
        var time = clock.Elapsed;

        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
        await Descriptors.EventuallyAsync(before);
        var grown = GC.GetTotalMemory(forceFullCollection: true) - memory;
        output.WriteLine(
            $"{done.Sum():N0} connections in {time.TotalSeconds:0.0} s, {done.Sum() / time.TotalSeconds:N0} a second; "
            + $"memory grew by {grown:N0} bytes");
        Assert.Equal(done.Sum() + 1, figures.Read("stolon_proxy_connections_accepted_total"));
        Assert.Equal(done.Sum() + 1, server.Served);
        Assert.InRange(grown, long.MinValue, 8_000_000);
        Assert.True(most == int.MaxValue || done.Sum() == most, "they did not fit into half an hour");
    }

    /// <summary>One connection in three ends in a reset.</summary>
    private static async Task AskAsync(Forward forward, int client, int count)
    {
        using var socket = await Client.ConnectFromAsync(IPAddress.Parse($"127.0.0.{2 + client}"), forward.Address);
        Assert.Equal("q", await socket.EchoAsync("q"));
        switch (count % 3)
        {
            case 0:
                socket.Close(0);
                break;
            case 1:
                socket.Shutdown(SocketShutdown.Send);
                Assert.True(await socket.EndsAsync());
                break;
        }
    }

    public sealed class OnEpoll(ITestOutputHelper output)
        : ShortConnectionTests(EngineKind.Epoll, output);

    [Trait("run", "all")]
    public sealed class OnPortableSockets(ITestOutputHelper output)
        : ShortConnectionTests(EngineKind.Portable, output);
}
