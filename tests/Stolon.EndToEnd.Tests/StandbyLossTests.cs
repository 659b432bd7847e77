using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>Instances whose data cannot go on: they are given up and made anew.</summary>
[Collection(AsynchronousCluster.Name)]
public sealed class StandbyLossTests(AsynchronousCluster fixture) : ClusterTest(fixture)
{
    private const string RowAhead = "-424242";
    private const string RowsAhead = $"select count(*) from rows where id = {RowAhead}";

    [Fact]
    public async Task A_standby_that_finds_its_WAL_gone_is_made_anew()
    {
        var primary = await Cluster.PrimaryAsync();
        var standby = Cluster.Others(primary).First();
        var birth = standby.BirthOfData();
        await Cluster.Ctl.PatchAsync("""{"pgParameters":{"max_slot_wal_keep_size":"1MB","wal_keep_size":"0"} }""");
        await Eventually.BeAsync(
            "1MB",
            () => primary.AskAsync("show max_slot_wal_keep_size"),
            TimeSpan.FromSeconds(15),
            "the primary keeps little WAL");

        await standby.KillWithPostgresAsync();
        await using var connection = await primary.ConnectAsync();
        for (var segment = 0; segment < 4; segment++)
        {
            await Sql.AskAsync(connection, "select pg_logical_emit_message(false, 'filler', 'x')");
            await Sql.AskAsync(connection, "select pg_switch_wal()");
        }

        await Eventually.BeTrueAsync(
            async () =>
            {
                await Sql.AskAsync(connection, "checkpoint");
                return await Sql.AskAsync(
                    connection, "select count(*) from pg_replication_slots where wal_status = 'lost'") == "1";
            },
            TimeSpan.FromSeconds(20),
            "the slot of the standby has lost its WAL");

        standby.Process.Start();
        await Eventually.BeTrueAsync(
            () => Directory.Exists(Path.Combine(standby.PostgresDirectory, "base")) && standby.BirthOfData() != birth,
            TimeSpan.FromSeconds(60),
            "the standby is cloned anew");
        await Cluster.Ctl.PatchAsync("""{"pgParameters":{"max_slot_wal_keep_size":null,"wal_keep_size":null} }""");
        await Cluster.HealAsync();
        await SeeSameRowsAsync();
    }

    /// <summary>PostgreSQL's words: requested timeline 2 is not a child of this server's history.</summary>
    [Fact]
    public async Task A_standby_that_can_never_start_is_made_anew()
    {
        var primary = await Cluster.PrimaryAsync();
        var standby = Cluster.Others(primary).First();
        var birth = standby.BirthOfData();
        // The control data still name an earlier timeline until the next checkpoint.
        var timeline = int.Parse(
            (await primary.AskAsync("select substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8)"))!,
            System.Globalization.NumberStyles.HexNumber,
            System.Globalization.CultureInfo.InvariantCulture);

        await standby.KillWithPostgresAsync();
        await File.WriteAllTextAsync(
            Path.Combine(standby.PostgresDirectory, "pg_wal", $"{timeline + 1:X8}.history"),
            $"{timeline}\t0/1000\tno reason\n");
        standby.Process.Start();

        await Eventually.BeTrueAsync(
            () => Directory.Exists(Path.Combine(standby.PostgresDirectory, "base")) && standby.BirthOfData() != birth,
            TimeSpan.FromSeconds(60),
            "the standby is cloned anew");
        await Cluster.HealAsync();
        Assert.Equal(primary, await Cluster.PrimaryAsync());
        await SeeSameRowsAsync();
    }

    /// <summary>It has a row that the elected one lacks: following would mix two histories.</summary>
    [Fact]
    public async Task A_standby_that_is_ahead_of_the_elected_one_gives_up_what_it_has_more()
    {
        var former = await Cluster.PrimaryAsync();
        var (behind, ahead) = (Cluster.Others(former).First(), Cluster.Others(former).Last());
        await FreezeSenderAsync(former, behind);
        Assert.NotNull(await former.AskAsync($"insert into rows (id) values ({RowAhead}) returning id"));
        await Eventually.BeAsync(
            "1", () => ahead.AskAsync(RowsAhead), TimeSpan.FromSeconds(10), $"{ahead.Uid} has received the row");

        await ahead.KillWithPostgresAsync();
        // Its last report may be younger than the primary's: it would be elected, rightly, for a moment.
        await Cluster.SeeFailedAsync(ahead, FailoverTime);
        await former.KillWithPostgresAsync();
        Assert.Equal(behind, await Cluster.SuccessorAsync(former, FailoverTime));
        await Eventually.BeAsync(
            "False", () => behind.AskAsync("select pg_is_in_recovery()"), SwitchTime, $"{behind.Uid} is promoted");
        Assert.Equal("0", await behind.AskAsync(RowsAhead));

        await Cluster.HealAsync();
        Assert.Equal(behind, await Cluster.PrimaryAsync());
        Assert.Equal("0", await ahead.AskAsync(RowsAhead));
        Assert.Equal("0", await former.AskAsync(RowsAhead));
        await SeeSameRowsAsync();
    }

    [Fact]
    public async Task A_primary_that_has_lost_its_disk_is_replaced_and_gets_a_copy()
    {
        var former = await Cluster.PrimaryAsync();
        await former.KillWithPostgresAsync();
        former.LoseDisk();
        former.Process.Start();

        await Cluster.SuccessorAsync(former, FailoverTime);
        await Cluster.HealAsync();
        Assert.True(await former.IsStandbyAsync());
        await SeeSameRowsAsync();
    }

    [Fact]
    public async Task A_keeper_that_was_removed_comes_back_with_an_instance_of_its_own()
    {
        var primary = await Cluster.PrimaryAsync();
        var standby = Cluster.Others(primary).First();
        var former = (string?)(await Cluster.InstanceAsync(standby))!["uid"];
        await using var writer = await Cluster.WriteRowsAsync();

        await Cluster.Ctl.RunAsync("removekeeper", standby.Uid);
        await Cluster.HealAsync();

        Assert.NotEqual(former, (string?)(await Cluster.InstanceAsync(standby))!["uid"]);
        Assert.True(await standby.IsStandbyAsync());
        Assert.Equal(primary, await Cluster.PrimaryAsync());
        Assert.Equal(0, writer.Failures);
    }

    /// <summary>Slot and application have the same name (docs/spec/keeper.md 6.5).</summary>
    private static async Task FreezeSenderAsync(Keeper primary, Keeper standby)
    {
        var name = await standby.AskAsync("select slot_name from pg_stat_wal_receiver");
        var sender = await primary.AskAsync($"select pid from pg_stat_replication where application_name = '{name}'");
        Signal.Send(int.Parse(sender!, System.Globalization.CultureInfo.InvariantCulture), Signal.Stop);
    }
}
