using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

[Collection(AsynchronousCluster.Name)]
public sealed class FailoverTests(AsynchronousCluster fixture, ITestOutputHelper output) : ClusterTest(fixture)
{
    [Fact]
    public async Task A_killed_primary_is_replaced_and_clients_go_on_writing()
    {
        var former = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        await former.KillWithPostgresAsync();
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        await writer.ReachesAsync(successor.Port, SwitchTime);
        output.WriteLine($"killed: {writer.LongestGap.TotalSeconds:0.0} s without writes");

        await Cluster.HealAsync();
        Assert.Equal(successor, await Cluster.PrimaryAsync());
        Assert.True(await former.IsStandbyAsync());
        await writer.ProceedsAsync(TimeSpan.FromSeconds(5));
        AssertWrittenByOneAfterTheOther(writer, former, successor);
    }

    /// <summary>Recovery asks for the archive as soon as the primary is gone, and waits for the answer.</summary>
    [Fact]
    public async Task A_primary_is_replaced_while_the_restore_commands_of_all_standbys_hang()
    {
        var former = await Cluster.PrimaryAsync();
        await Cluster.Ctl.PatchAsync("""{"pgParameters":{"restore_command":"sleep 600; true"} }""");
        foreach (var standby in Cluster.Others(former))
        {
            await Eventually.BeAsync(
                "sleep 600; true",
                () => standby.AskAsync("show restore_command"),
                TimeSpan.FromSeconds(15),
                $"{standby.Uid} has the command");
        }

        await using var writer = await Cluster.WriteRowsAsync();
        await former.KillWithPostgresAsync();
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        await writer.ReachesAsync(successor.Port, SwitchTime + TimeSpan.FromSeconds(15));
        output.WriteLine($"restore commands hang: {writer.LongestGap.TotalSeconds:0.0} s without writes");

        await Cluster.Ctl.PatchAsync("""{"pgParameters":{"restore_command":null} }""");
        await Cluster.HealAsync();
        Assert.Equal(successor, await Cluster.PrimaryAsync());
    }

    [Fact]
    public async Task A_frozen_primary_is_replaced_and_never_written_to_again_when_it_thaws()
    {
        var former = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        former.FreezeWithPostgres();
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        await writer.ReachesAsync(successor.Port, SwitchTime);
        output.WriteLine($"frozen: {writer.LongestGap.TotalSeconds:0.0} s without writes");
        former.ThawWithPostgres();

        await Eventually.BeTrueAsync(
            former.IsStandbyAsync, TestCluster.StartTime, $"the thawed {former.Uid} becomes a standby");
        await Cluster.HealAsync();
        Assert.Equal(successor, await Cluster.PrimaryAsync());
        AssertWrittenByOneAfterTheOther(writer, former, successor);
    }

    [Fact]
    public async Task A_primary_that_is_stopped_hands_over_without_losing_a_row()
    {
        var former = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        Assert.Equal(0, await former.Process.StopAsync(TimeSpan.FromSeconds(30)));
        Assert.Null(former.Postmaster);
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        await writer.ReachesAsync(successor.Port, SwitchTime);
        output.WriteLine($"stopped: {writer.LongestGap.TotalSeconds:0.0} s without writes");

        await Cluster.HealAsync();
        await writer.StopAsync();
        Assert.True(await former.IsStandbyAsync());
        Assert.Empty(await Cluster.MissingAsync(writer));
        AssertWrittenByOneAfterTheOther(writer, former, successor);
    }

    [Fact]
    public async Task A_killed_postgres_is_started_again_by_its_keeper()
    {
        var primary = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        await primary.KillPostgresAsync();

        await Eventually.BeTrueAsync(
            () => primary.Postmaster is not null, TimeSpan.FromSeconds(10), "PostgreSQL runs again");
        await writer.ProceedsAsync(SwitchTime);
        output.WriteLine($"PostgreSQL killed: {writer.LongestGap.TotalSeconds:0.0} s without writes");
    }

    [Fact]
    public async Task A_standby_that_is_killed_disturbs_no_client()
    {
        var primary = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        await Cluster.Others(primary).First().KillWithPostgresAsync();
        await Cluster.SeeAsync(s => s.Keepers.Any(k => !k.Healthy), FailoverTime, "the keeper counts as failed");
        await Cluster.HealAsync();

        Assert.Equal(0, writer.Failures);
        Assert.Equal(primary, await Cluster.PrimaryAsync());
    }

    /// <summary>A failing keeper is what an operator's failkeeper makes of a healthy one, too.</summary>
    [Fact]
    public async Task A_keeper_declared_failed_hands_over()
    {
        var former = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        await Cluster.FailAsync(former);
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        await writer.ReachesAsync(successor.Port, SwitchTime);
    }

    private static void AssertWrittenByOneAfterTheOther(RowWriter writer, Keeper former, Keeper successor)
    {
        var writers = writer.Acknowledged.Select(row => row.ByPort).ToList();
        var change = writers.IndexOf(successor.Port);
        Assert.All(writers.Take(change), port => Assert.Equal(former.Port, port));
        Assert.All(writers.Skip(change), port => Assert.Equal(successor.Port, port));
    }
}
