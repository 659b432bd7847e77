using System.Diagnostics;
using Stolon.EndToEnd.Tests.Rig;

namespace Stolon.EndToEnd.Tests;

/// <summary>The figures of a release, at the default specification: run with <c>-explicit only</c>; they take a quarter
/// of an hour.</summary>
/// <remarks>No shared cluster: xunit would start it for a plain run, which leaves explicit tests out, too.</remarks>
[Collection(MeasuredAlone.Name)]
public sealed class FiguresTests(ITestOutputHelper output)
{
    private const int Runs = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    [Theory(Explicit = true)]
    [InlineData("kill -9")]
    [InlineData("freeze")]
    [InlineData("clean stop")]
    public async Task Time_without_writes(string loss)
    {
        await using var cluster = await TestCluster.StartAsync(ClusterShape.DefaultTimes);
        var gaps = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            await cluster.HealAsync();
            var former = await cluster.PrimaryAsync();
            await using var writer = await cluster.WriteRowsAsync();
            await (loss switch
            {
                "kill -9" => former.KillWithPostgresAsync(),
                "freeze" => Task.Run(former.FreezeWithPostgres),
                _ => former.Process.StopAsync(Patience),
            });
            var successor = await cluster.SuccessorAsync(former, Patience);
            await writer.ReachesAsync(successor.Port, Patience);
            gaps.Add(writer.LongestGap.TotalSeconds);
            await cluster.HealAsync();
            await writer.StopAsync();
            Assert.Empty(await cluster.MissingAsync(writer));
        }

        gaps.Sort();
        output.WriteLine(
            $"{loss}: median {gaps[Runs / 2]:0.0} s, worst {gaps[^1]:0.0} s, all {string.Join(' ', gaps)}");
    }

    [Fact(Explicit = true)]
    public async Task Idle_costs()
    {
        await using var cluster = await TestCluster.StartAsync(ClusterShape.DefaultTimes);
        var minute = TimeSpan.FromSeconds(60);
        TestProcess[] programs = [cluster.Keepers[0].Process, cluster.Sentinels[0], cluster.Proxy.Process];
        await Task.Delay(minute / 2);
        var before = programs.Select(p => ProcessTable.ProcessorTime(p.Id)).ToList();
        var revision = await cluster.Etcd.Json.RevisionAsync();
        await Task.Delay(minute);
        output.WriteLine($"store writes a minute: {await cluster.Etcd.Json.RevisionAsync() - revision}");
        foreach (var (program, used) in programs.Zip(before))
        {
            var share = (ProcessTable.ProcessorTime(program.Id) - used) / minute;
            var memory = ProcessTable.ProportionalSetSize(program.Id) / (1024.0 * 1024);
            output.WriteLine($"{program.Name}: {memory:0.0} MiB PSS, {share:0.00%} of a core");
        }
    }

    [Fact(Explicit = true)]
    public async Task Size_and_start()
    {
        foreach (var program in new[] { Programs.Keeper, Programs.Sentinel, Programs.Proxy, Programs.Ctl })
        {
            output.WriteLine($"{Path.GetFileName(program)}: {new FileInfo(program).Length / (1024.0 * 1024):0.0} MiB");
        }

        var times = new List<double>();
        for (var run = 0; run < 20; run++)
        {
            var clock = Stopwatch.StartNew();
            using var version = Process.Start(new ProcessStartInfo(Programs.Ctl, ["version"])
            {
                RedirectStandardOutput = true,
                UseShellExecute = false,
            })!;
            await version.WaitForExitAsync();
            times.Add(clock.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        output.WriteLine($"stolonctl version: median {times[10]:0} ms, worst {times[^1]:0} ms");
    }
}
