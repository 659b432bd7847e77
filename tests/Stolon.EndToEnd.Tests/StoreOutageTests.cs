using System.Net;
using System.Net.Sockets;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

[Collection(AsynchronousCluster.Name)]
public sealed class StoreOutageTests(AsynchronousCluster fixture) : ClusterTest(fixture)
{
    /// <summary>The proxyTimeout of <see cref="ClusterShape.ShortTimes"/>, twice (docs/spec/proxy-rules.md
    /// 6).</summary>
    private static readonly TimeSpan ProxyLimit = TimeSpan.FromSeconds(8);

    [Fact]
    public async Task A_proxy_cut_off_from_the_store_closes_in_time_and_opens_again()
    {
        var primary = await Cluster.PrimaryAsync();
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(IPAddress.Loopback, Cluster.Proxy.Port);

        Cluster.Etcd.Freeze();
        try
        {
            await Eventually.BeTrueAsync(
                async () => !await Cluster.Proxy.IsOpenAsync(), ProxyLimit, "the proxy closes its port");
            Assert.True(client.Poll(0, SelectMode.SelectRead), "the connection is closed, too");
            Assert.False(await primary.IsStandbyAsync());
        }
        finally
        {
            Cluster.Etcd.Thaw();
        }

        await using var writer = await Cluster.WriteRowsAsync();
        await Cluster.HealAsync();
        Assert.Equal(primary, await Cluster.PrimaryAsync());
    }

    [Fact]
    public async Task Restarts_of_etcd_disturb_no_client()
    {
        var primary = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        for (var i = 0; i < 3; i++)
        {
            Cluster.Etcd.Kill();
            await Cluster.Etcd.StartAgainAsync();
            await Cluster.SeeAsync(
                s => s.Settled(Cluster.Keepers.Count), TestCluster.StartTime, "the cluster settles after a restart");
        }

        // The agents go on with the new server, too: a change of the specification passes through all of them.
        var wanted = $"{Random.Shared.Next(1000, 9999)}7ms";
        await Cluster.Ctl.PatchAsync($$"""{"pgParameters":{"log_min_duration_statement":"{{wanted}}"} }""");
        await Eventually.BeAsync(
            wanted, () => primary.AskAsync("show log_min_duration_statement"), SwitchTime, "the parameter arrives");

        await writer.StopAsync();
        Assert.Equal(primary, await Cluster.PrimaryAsync());
        Assert.Equal(0, writer.Failures);
        Assert.Empty(await Cluster.MissingAsync(writer));
    }
}
