using System.Diagnostics;
using Stolon.Forwarding.Tests.Rig;

namespace Stolon.Forwarding.Tests;

public abstract class CrowdTests(EngineKind kind, ITestOutputHelper output)
{
    [Fact]
    public async Task As_many_as_ten_thousand_idle_connections_are_all_cut_by_a_change_of_destination()
    {
        // Two descriptors each in this process; where the machine allows fewer, as many as it allows. The portable
        // engine asks for every socket each time.
        var count = kind == EngineKind.Portable ? 1000 : Math.Min(10_000, (DescriptorLimit.Raise() - 600) / 2);
        using var next = Destination.Echo();
        await using var forward = Forward.Nowhere(kind);
        using var figures = new Figures();
        using var crowd = await CrowdProcess.StartAsync(forward.Address);
        forward.Engine.Route(crowd.Server);
        var memory = Memory();
        var before = Descriptors.Sockets;
        var clock = Stopwatch.StartNew();
        await crowd.JoinAsync(count);
        var joined = clock.Elapsed;
        var each = (Memory() - memory) / count;
        Assert.Equal(count, figures.Read("stolon_proxy_connections_open"));

        var cut = crowd.AwaitCutAsync();
        var processor = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        forward.Engine.Route(next.Address);
        var call = Stopwatch.GetElapsedTime(start);
        processor = Environment.CpuUsage.TotalTime - processor;
        var last = Stopwatch.GetElapsedTime(start, await cut);

        output.WriteLine(
            $"{count} connections joined in {joined.TotalSeconds:0.0} s, {each} bytes each; the change took "
            + $"{call.TotalMilliseconds:0.0} ms ({processor.TotalMilliseconds:0} ms of processors), the last client "
            + $"saw it after {last.TotalMilliseconds:0} ms");
        // Of processors: how long that takes depends on who else wants them.
        Assert.InRange(processor, TimeSpan.Zero, TimeSpan.FromSeconds(5));
        await figures.EventuallyAsync("stolon_proxy_connections_open", 0);
        await Descriptors.EventuallyAsync(before);
        using var client = await Client.ConnectAsync(forward.Address);
        Assert.Equal("served", await client.EchoAsync("served"));
    }

    private static long Memory()
    {
        GC.Collect();
        return Environment.WorkingSet;
    }

    public sealed class OnEpoll(ITestOutputHelper output) : CrowdTests(EngineKind.Epoll, output);

    public sealed class OnPortableSockets(ITestOutputHelper output) : CrowdTests(EngineKind.Portable, output);
}
