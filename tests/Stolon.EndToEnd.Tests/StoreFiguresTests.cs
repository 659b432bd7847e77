using System.Globalization;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.EndToEnd.Tests.Rig.Stores;

namespace Stolon.EndToEnd.Tests;

/// <summary>What each store costs an idle cluster of three keepers, and how long a failover takes on it: run by
/// <c>bench/stores/run</c>, all in one run, so that they can be compared.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class StoreFiguresTests(ITestOutputHelper output)
{
    private const int Runs = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    [Theory(Explicit = true)]
    [InlineData(StoreKind.EtcdV3, Traits = ["store", nameof(StoreKind.EtcdV3)])]
    [InlineData(StoreKind.EtcdV2, Traits = ["store", nameof(StoreKind.EtcdV2)])]
    [InlineData(StoreKind.Consul, Traits = ["store", nameof(StoreKind.Consul)])]
    [InlineData(StoreKind.Kubernetes, Traits = ["store", nameof(StoreKind.Kubernetes)])]
    [InlineData(StoreKind.Sqlite, Traits = ["store", nameof(StoreKind.Sqlite)])]
    public async Task Figures(StoreKind store)
    {
        await using var cluster = await TestCluster.StartAsync(
            ClusterShape.DefaultTimes with { Store = store, CountsTraffic = true });
        // The reports of the start are over.
        await Task.Delay(Minute / 3, TestContext.Current.CancellationToken);
        var idle = await IdleAsync(cluster);

        var gaps = new List<double>();
        for (var run = 0; run < Runs; run++)
        {
            gaps.Add(await FailoverAsync(cluster));
        }

        gaps.Sort();

        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {store} | {idle} | {gaps[Runs / 2]:0.0} | {string.Join(' ', gaps.Select(g => $"{g:0.0}"))} |"));
    }

    /// <summary>Requests, and bytes to and from the store, in a minute without clients; processor time of all
    /// programs.</summary>
    private static async Task<string> IdleAsync(TestCluster cluster)
    {
        var traffic = (cluster.Store as CountedStore)?.Traffic;
        var programs = cluster.Keepers.Select(k => k.Process)
            .Concat(cluster.Sentinels)
            .Concat(cluster.Proxies.Select(p => p.Process))
            .Select(p => p.Id)
            .ToList();
        var (requests, bytes) = (traffic?.Requests, traffic?.Bytes);
        var written = programs.Sum(ProcessTable.BytesWritten);
        var used = programs.Sum(p => ProcessTable.ProcessorTime(p).TotalMilliseconds);
        await Task.Delay(Minute, TestContext.Current.CancellationToken);
        used = programs.Sum(p => ProcessTable.ProcessorTime(p).TotalMilliseconds) - used;
        return traffic is null
            ? $"- | {(programs.Sum(ProcessTable.BytesWritten) - written) / 1024} KiB to disk | {used:0} ms"
            : $"{traffic.Requests - requests} | {(traffic.Bytes - bytes) / 1024} KiB | {used:0} ms";
    }

    /// <summary>Seconds without an acknowledged row.</summary>
    private static async Task<double> FailoverAsync(TestCluster cluster)
    {
        await cluster.HealAsync();
        var former = await cluster.PrimaryAsync();
        await using var writer = await cluster.WriteRowsAsync();
        await former.KillWithPostgresAsync();
        var successor = await cluster.SuccessorAsync(former, Patience);
        await writer.ReachesAsync(successor.Port, Patience);
        var gap = writer.LongestGap.TotalSeconds;
        await cluster.HealAsync();
        await writer.StopAsync();
        Assert.Empty(await cluster.MissingAsync(writer));
        return gap;
    }
}
