using System.Globalization;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>A keeper that comes back with another port.</summary>
[Collection(AsynchronousCluster.Name)]
public sealed class AddressTests(AsynchronousCluster fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task Standbys_and_proxies_follow_a_keeper_to_another_port()
    {
        var primary = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        // On a busy machine the restart must not look like a failure.
        await Cluster.Ctl.PatchAsync("""{"failInterval":"60s"}""");

        var standby = Cluster.Others(primary).First();
        standby.Move(standby.Host, FreePort.Next());
        await Eventually.BeTrueAsync(
            standby.IsStandbyAsync, TimeSpan.FromSeconds(20), $"{standby.Uid} is a standby at its new port");
        Assert.Equal(0, writer.Failures);

        primary.Move(primary.Host, FreePort.Next());
        await writer.ReachesAsync(primary.Port, SwitchTime);

        await Cluster.HealAsync();
        Assert.Equal(primary, await Cluster.PrimaryAsync());
        Assert.Equal(
            primary.Port.ToString(CultureInfo.InvariantCulture),
            await standby.AskAsync("select sender_port from pg_stat_wal_receiver"));
        await Cluster.Ctl.PatchAsync("""{"failInterval":"4s"}""");
    }
}
