using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

[Collection(SynchronousCluster.Name)]
public sealed class SynchronousReplicationTests(SynchronousCluster fixture, ITestOutputHelper output)
    : ClusterTest(fixture)
{
    [Theory]
    [InlineData(1)]
    [InlineData(2, Traits = ["run", "all"])]
    public async Task No_acknowledged_row_is_lost_when_the_primary_is_killed(int round)
    {
        var former = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();
        await SeeSynchronousAsync(former);

        await former.KillWithPostgresAsync();
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        await writer.ReachesAsync(successor.Port, SwitchTime);
        await Cluster.HealAsync();
        await writer.StopAsync();

        output.WriteLine(
            $"round {round}: {writer.Acknowledged.Count} rows, {writer.LongestGap.TotalSeconds:0.0} s without");
        Assert.Empty(await Cluster.MissingAsync(writer));
    }

    [Fact]
    public async Task A_synchronous_standby_that_fails_is_replaced_by_the_other_and_no_row_is_lost()
    {
        var primary = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        var synchronous = await SynchronousStandbyAsync(primary);
        await synchronous.KillWithPostgresAsync();
        await writer.ProceedsAsync(FailoverTime);

        await Cluster.HealAsync();
        await writer.StopAsync();
        Assert.Equal(primary, await Cluster.PrimaryAsync());
        Assert.Empty(await Cluster.MissingAsync(writer));
    }

    [Fact]
    public async Task A_synchronous_standby_that_is_well_but_gets_no_wal_is_replaced_by_the_other_and_no_row_is_lost()
    {
        var primary = await Cluster.PrimaryAsync();
        await SeeSynchronousAsync(primary);
        await using var writer = await Cluster.WriteRowsAsync();
        var synchronous = await SynchronousStandbyAsync(primary);

        var named = await primary.AskAsync("show synchronous_standby_names");
        synchronous.SendTo("walreceiver", Signal.Stop);
        try
        {
            await Eventually.SeeAsync(
                () => primary.AskAsync("show synchronous_standby_names"),
                now => now is not null && !now.Contains(named!, StringComparison.Ordinal),
                FailoverTime,
                "the standby that gets no WAL is not waited for any more");
            await writer.ProceedsAsync(SwitchTime);
        }
        finally
        {
            synchronous.SendTo("walreceiver", Signal.Continue);
        }

        await Cluster.HealAsync();
        await writer.StopAsync();
        Assert.Equal(primary, await Cluster.PrimaryAsync());
        Assert.Empty(await Cluster.MissingAsync(writer));
    }

    /// <summary>Rows are acknowledged before the sentinel has heard who confirmed them, up to a report later; a primary
    /// that is lost in between is replaced by nobody, for nobody is known to have them.</summary>
    private Task SeeSynchronousAsync(Keeper primary) => Eventually.BeTrueAsync(
        async () =>
        {
            var instance = (await Cluster.InstanceAsync(primary))!;
            var wanted = instance["spec"]!["synchronousStandbys"]?.ToJsonString();
            return wanted is not (null or "[]")
                && wanted == instance["status"]!["synchronousStandbys"]?.ToJsonString();
        },
        TimeSpan.FromSeconds(20),
        "the sentinel knows that the synchronous standbys are in sync");

    private async Task<Keeper> SynchronousStandbyAsync(Keeper primary)
    {
        // Slot and application have the same name (docs/spec/keeper.md 6.5).
        var name = await primary.AskAsync("select application_name from pg_stat_replication where sync_state = 'sync'");
        foreach (var standby in Cluster.Others(primary))
        {
            if (name is not null && name == await standby.AskAsync("select slot_name from pg_stat_wal_receiver"))
            {
                return standby;
            }
        }

        throw new InvalidOperationException($"no standby is synchronous ({name})");
    }
}
