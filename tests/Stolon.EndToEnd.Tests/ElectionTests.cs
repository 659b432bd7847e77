using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>Elections that do not go smoothly.</summary>
[Collection(AsynchronousCluster.Name)]
public sealed class ElectionTests(AsynchronousCluster fixture, ITestOutputHelper output) : ClusterTest(fixture)
{
    [Fact]
    public async Task When_the_elected_one_dies_before_its_promotion_the_old_primary_can_return()
    {
        var former = await Cluster.PrimaryAsync();
        var (elected, dead) = (Cluster.Others(former).First(), Cluster.Others(former).Last());
        await using var writer = await Cluster.WriteRowsAsync();
        await dead.KillWithPostgresAsync();

        // Recovery is ended by this process: without it the promotion never comes.
        elected.SendTo("startup", Signal.Stop);
        await former.KillWithPostgresAsync();
        Assert.Equal(elected, await Cluster.SuccessorAsync(former, FailoverTime));
        await elected.KillWithPostgresAsync();

        former.Process.Start();
        Assert.Equal(former, await Cluster.SuccessorAsync(elected, FailoverTime * 2));
        await writer.ReachesAsync(former.Port, SwitchTime);
        await Cluster.HealAsync();
        await writer.StopAsync();
        Assert.Equal(former, await Cluster.PrimaryAsync());
        Assert.Empty(await Cluster.MissingAsync(writer));
        await SeeSameRowsAsync();
    }

    [Fact]
    public async Task A_frozen_keeper_is_replaced_and_takes_its_PostgreSQL_back_when_it_thaws()
    {
        var former = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        former.Process.Freeze();
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        await writer.ReachesAsync(successor.Port, SwitchTime);
        output.WriteLine($"keeper frozen: {writer.LongestGap.TotalSeconds:0.0} s without writes");
        Assert.NotNull(former.Postmaster);

        await Cluster.HealAsync();
        await writer.StopAsync();
        Assert.Equal(successor, await Cluster.PrimaryAsync());
        Assert.True(await former.IsStandbyAsync());
        await SeeSameRowsAsync();
    }

    [Fact]
    public async Task A_PostgreSQL_that_takes_no_connections_is_replaced()
    {
        var former = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        former.FreezePostmaster();
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        await writer.ReachesAsync(successor.Port, SwitchTime);
        output.WriteLine($"PostgreSQL frozen: {writer.LongestGap.TotalSeconds:0.0} s without writes");

        former.ThawWithPostgres();
        await Cluster.HealAsync();
        await writer.StopAsync();
        Assert.Equal(successor, await Cluster.PrimaryAsync());
        Assert.True(await former.IsStandbyAsync());
        await SeeSameRowsAsync();
    }

    /// <summary>A clone's source that hangs is waited for only until there is another.</summary>
    [Fact]
    public async Task A_clone_whose_source_freezes_is_begun_anew_from_the_next_primary()
    {
        var former = await Cluster.PrimaryAsync();
        var (standby, cloned) = (Cluster.Others(former).First(), Cluster.Others(former).Last());
        await cloned.KillWithPostgresAsync();
        cloned.LoseDisk();
        await Cluster.Ctl.RunAsync("removekeeper", cloned.Uid);

        // A base backup begins with a checkpoint, which now lasts.
        former.SendTo("checkpointer", Signal.Stop);
        cloned.Process.Start();
        await Eventually.BeTrueAsync(
            () => ProcessTable.Family(cloned.Process.Id)
                .Any(id => ProcessTable.Title(id).Contains("pg_basebackup", StringComparison.Ordinal)),
            TestCluster.StartTime,
            "the clone has begun");
        former.FreezeWithPostgres();

        Assert.Equal(standby, await Cluster.SuccessorAsync(former, FailoverTime));
        await Eventually.BeTrueAsync(
            cloned.IsStandbyAsync, TimeSpan.FromSeconds(60), $"{cloned.Uid} is cloned from {standby.Uid}");
        Assert.True(former.Process.Frozen);
        Assert.Contains("step CloneFrom was cancelled", cloned.Process.Log, StringComparison.Ordinal);

        await Cluster.HealAsync();
        await SeeSameRowsAsync();
    }
}
