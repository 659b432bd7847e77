using Stolon.EndToEnd.Tests.Rig;

namespace Stolon.EndToEnd.Tests;

[Collection(AsynchronousCluster.Name)]
public sealed class InitializationTests(AsynchronousCluster fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task A_new_cluster_has_one_primary_and_two_standbys_that_receive_what_is_written()
    {
        var primary = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();
        await writer.StopAsync();

        Assert.False(await primary.IsStandbyAsync());
        Assert.All(writer.Acknowledged, row => Assert.Equal(primary.Port, row.ByPort));
        Assert.Empty(await Cluster.MissingAsync(writer));
        foreach (var standby in Cluster.Others(primary))
        {
            Assert.True(await standby.IsStandbyAsync());
            await Testing.Eventually.BeAsync(
                "1",
                () => standby.AskAsync($"select count(*) from rows where id = {writer.Acknowledged[^1].Id}"),
                TimeSpan.FromSeconds(5),
                $"{standby.Uid} has the last row");
        }
    }

    [Fact]
    public async Task The_text_status_shows_every_part_of_the_cluster()
    {
        var status = await Cluster.Ctl.StatusAsync();
        var text = await Cluster.Ctl.RunAsync("status");

        Assert.All(status.Sentinels.Concat(status.Proxies), uid => Assert.Contains(uid, text));
        Assert.All(Cluster.Keepers, keeper => Assert.Contains(keeper.Uid, text));
        // More than two while the info of one that another test killed has not expired.
        Assert.True(status.Sentinels.Count >= 2);
    }

    [Fact]
    public async Task The_specification_can_be_read_back()
    {
        Assert.Contains("\"failInterval\": \"4s\"", await Cluster.Ctl.RunAsync("spec"));
        Assert.Contains("\"maxStandbys\": 20", await Cluster.Ctl.RunAsync("spec", "--defaults"));
    }

    [Fact]
    public async Task A_wrong_specification_is_refused_and_changes_nothing()
    {
        var before = await Cluster.Ctl.RunAsync("spec");
        var (exitCode, _, errors) = await Cluster.Ctl.TryAsync(
            "update", "--patch", """{"additionalMasterReplicationSlots":["stolon_mine"]}""");
        Assert.Equal(1, exitCode);
        Assert.Contains("replication slot name is reserved: \"stolon_mine\"", errors);
        Assert.Equal(before, await Cluster.Ctl.RunAsync("spec"));
    }
}
