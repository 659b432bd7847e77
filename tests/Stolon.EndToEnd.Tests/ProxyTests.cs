using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

[Collection(AsynchronousCluster.Name)]
public sealed class ProxyTests(AsynchronousCluster fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task A_proxy_that_is_stopped_takes_its_information_back()
    {
        Assert.Equal(0, await Cluster.Proxy.Process.StopAsync(TimeSpan.FromSeconds(10)));

        Assert.False(await Cluster.Proxy.IsOpenAsync());
        Assert.Empty((await Cluster.Ctl.StatusAsync()).Proxies);
    }

    [Fact]
    public async Task A_proxy_that_was_killed_serves_again_when_started()
    {
        Cluster.Proxy.Process.Kill();
        Cluster.Proxy.Process.Start();
        await using var writer = await Cluster.WriteRowsAsync();
        Assert.NotEmpty(writer.Acknowledged);

        // The information of the killed one is there until its time to live has passed, and HealAsync counts proxies.
        await Cluster.SeeAsync(s => s.Proxies.Count == 1, TimeSpan.FromSeconds(40), "the killed proxy is forgotten");
    }

    [Fact]
    public async Task A_port_that_is_taken_is_named_in_the_error()
    {
        using var second = Cluster.Proxy.Process.Twin();
        second.Start();
        await Eventually.BeTrueAsync(() => !second.Running, TimeSpan.FromSeconds(15), "the second proxy ends");

        Assert.Equal(1, second.ExitCode);
        Assert.Contains($"cannot listen on 127.0.0.1:{Cluster.Proxy.Port}", second.Log);
    }
}
