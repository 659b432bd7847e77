using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

/// <summary>A peer that reads or writes slowly blocks only its own connection, and the proxy keeps at most one buffer
/// for each direction.</summary>
public abstract class SlowPeerTests(EngineKind kind, ITestOutputHelper output)
{
    [Theory]
    [InlineData(Side.Client)]
    [InlineData(Side.Server)]
    public async Task A_reader_that_stops_blocks_the_writer_and_loses_nothing(Side writer)
    {
        const long Bytes = 100_000_000;
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        using var joined = await JoinedPair.ThroughAsync(forward, server);
        long sent = 0;

        var sending = Traffic.SendRandomAsync(joined.Of(writer), Bytes, 5, n => Interlocked.Add(ref sent, n));
        await Traffic.StallsAsync(() => Interlocked.Read(ref sent));

        output.WriteLine($"{Interlocked.Read(ref sent):N0} bytes on their way");
        // The kernel's own buffers: up to 6 MB and 4 MB for each of the two connections.
        Assert.InRange(Interlocked.Read(ref sent), 1, 40_000_000);
        var received = await Traffic.HashOfAllAsync(joined.Opposite(writer));
        Assert.Equal(await sending, received);
    }

    [Fact]
    public async Task Stopped_readers_need_little_memory_and_block_no_other()
    {
        const int Stopped = 40;
        using var silent = Destination.Silent();
        using var echo = Destination.Echo();
        await using var forward = Forward.To(kind, silent.Address);
        await using var other = Forward.To(kind, echo.Address);
        using var bystander = await Client.ConnectAsync(other.Address);
        var alone = await TimeOfEchoesAsync(bystander, 1000);
        var before = Memory();
        var pairs = new List<JoinedPair>();
        long sent = 0;
        for (var i = 0; i < Stopped; i++)
        {
            pairs.Add(await JoinedPair.ThroughAsync(forward, silent));
            _ = Traffic.SendUntilResetAsync(pairs[i].Of((Side)(i % 2)), n => Interlocked.Add(ref sent, n));
        }

        await Traffic.StallsAsync(() => Interlocked.Read(ref sent));
        var each = (Memory() - before) / Stopped;
        var beside = await TimeOfEchoesAsync(bystander, 1000);

        output.WriteLine($"{each:N0} bytes for each reader that stopped; 1000 echoes: {alone}, then {beside}");
        Assert.InRange(each, long.MinValue, 2_000_000);
        Assert.InRange(beside, TimeSpan.Zero, (alone * 5) + TimeSpan.FromSeconds(20));
        pairs.ForEach(p => p.Dispose());
    }

    [Theory]
    [InlineData(Side.Client)]
    [InlineData(Side.Server)]
    public async Task Segments_of_one_byte_arrive_in_order(Side writer)
    {
        const int Bytes = 20_000;
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        using var joined = await JoinedPair.ThroughAsync(forward, server);
        joined.Of(writer).NoDelay = true;
        var text = string.Concat(Enumerable.Range(0, Bytes).Select(i => (char)('a' + (i % 23))));

        var receiving = joined.Opposite(writer).ReceiveTextAsync(Bytes);
        foreach (var letter in text)
        {
            await joined.Of(writer).SendTextAsync($"{letter}");
        }

        Assert.Equal(text, await receiving);
    }

    [Theory]
    [InlineData(Side.Client)]
    [InlineData(Side.Server)]
    public async Task A_reader_of_single_bytes_gets_everything(Side writer)
    {
        const int Bytes = 50_000;
        using var server = Destination.Silent();
        await using var forward = Forward.To(kind, server.Address);
        using var joined = await JoinedPair.ThroughAsync(forward, server);
        var reader = joined.Opposite(writer);
        reader.ReceiveBufferSize = 4096;
        var text = string.Concat(Enumerable.Range(0, Bytes).Select(i => (char)('a' + (i % 23))));

        var sending = joined.Of(writer).SendTextAsync(text);
        var received = new byte[Bytes];
        for (var i = 0; i < Bytes; i++)
        {
            Assert.Equal(1, await reader.ReceiveAsync(received.AsMemory(i, 1)));
        }

        await sending;
        Assert.Equal(text, Encoding.ASCII.GetString(received));
    }

    [Fact]
    public async Task A_bulk_transfer_does_not_starve_small_queries()
    {
        using var silent = Destination.Silent();
        using var echo = Destination.Echo();
        await using var forward = Forward.To(kind, silent.Address);
        var pairs = new List<JoinedPair>();
        for (var i = 0; i < 4; i++)
        {
            pairs.Add(await JoinedPair.ThroughAsync(forward, silent));
            _ = Traffic.SendUntilResetAsync(pairs[i].Of((Side)(i % 2)));
            _ = Traffic.DrainAsync(pairs[i].Opposite((Side)(i % 2)));
        }

        forward.Engine.RouteAmong((echo, 0), (silent, 1));
        using var client = await Client.ConnectAsync(forward.Address);
        var time = await TimeOfEchoesAsync(client, 200);

        output.WriteLine($"200 echoes beside 4 bulk transfers: {time}");
        Assert.InRange(time, TimeSpan.Zero, TimeSpan.FromSeconds(60));
        pairs.ForEach(p => p.Dispose());
    }

    /// <summary>The memory of this process, including all buffers of the forwarder.</summary>
    private static long Memory()
    {
        GC.Collect();
        return Environment.WorkingSet;
    }

    private static async Task<TimeSpan> TimeOfEchoesAsync(Socket client, int count)
    {
        var clock = Stopwatch.StartNew();
        for (var i = 0; i < count; i++)
        {
            Assert.Equal("ping", await client.EchoAsync("ping"));
        }

        return clock.Elapsed;
    }

    public sealed class OnEpoll(ITestOutputHelper output) : SlowPeerTests(EngineKind.Epoll, output);

    [Trait("run", "all")]
    public sealed class OnPortableSockets(ITestOutputHelper output) : SlowPeerTests(EngineKind.Portable, output);
}
