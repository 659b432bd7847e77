using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>Proxies that come and go, and what elections wait for.</summary>
[Collection(AsynchronousCluster.Name)]
public sealed class ProxyFleetTests(AsynchronousCluster fixture, ITestOutputHelper output) : ClusterTest(fixture)
{
    /// <summary>Of the shared cluster's specification.</summary>
    private static readonly TimeSpan ProxyTimeout = TimeSpan.FromSeconds(4);

    [Fact]
    public async Task A_proxy_that_is_added_serves_and_one_that_freezes_delays_an_election_by_a_bounded_time()
    {
        var second = Cluster.MoreProxies();
        second.Process.Start();
        await using var writer = await Cluster.WriteRowsAsync();
        await using var throughSecond = await RowWriter.StartAsync(second.Port);
        Assert.Equal(2, await EnabledAsync());
        var failures = (writer.Failures, throughSecond.Failures);

        // Everybody who decides starts anew: nobody who is connected may notice. Whoever led is shown as the leader for
        // a while after its end.
        var led = (await Cluster.Ctl.StatusAsync()).LeadingSentinel;
        foreach (var sentinel in Cluster.Sentinels)
        {
            sentinel.Kill();
            sentinel.Start();
        }

        await Cluster.SeeAsync(
            s => s.LeadingSentinel is { } leads && leads != led, TimeSpan.FromSeconds(45), "a sentinel leads again");
        Assert.Equal(2, await EnabledAsync());
        Assert.Equal(failures, (writer.Failures, throughSecond.Failures));

        second.Process.Freeze();
        var former = await Cluster.PrimaryAsync();
        await Cluster.FailAsync(former);
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        await writer.ReachesAsync(successor.Port, (2 * ProxyTimeout) + SwitchTime);
        output.WriteLine($"one proxy frozen: {writer.LongestGap.TotalSeconds:0.0} s without writes");
        var written = throughSecond.Acknowledged.Count;

        second.Process.Thaw();
        await throughSecond.ReachesAsync(successor.Port, SwitchTime);
        Assert.All(throughSecond.Acknowledged.Skip(written), row => Assert.Equal(successor.Port, row.ByPort));

        await throughSecond.StopAsync();
        Assert.Equal(0, await second.Process.StopAsync(TimeSpan.FromSeconds(10)));
        await Eventually.BeAsync(1, EnabledAsync, TimeSpan.FromSeconds(40), "the proxy that was stopped is forgotten");
        await writer.ProceedsAsync(SwitchTime);
    }

    private async Task<int> EnabledAsync() =>
        (await Cluster.DataAsync())["proxy"]!["spec"]!["enabledProxies"]!.AsArray().Count;
}
