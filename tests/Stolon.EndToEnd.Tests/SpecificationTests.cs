using System.Globalization;
using Npgsql;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>Members of the specification that change the whole cluster while it works
/// (docs/spec/cluster-specification.md 1).</summary>
[Collection(AsynchronousCluster.Name)]
public sealed class SpecificationTests(AsynchronousCluster fixture) : ClusterTest(fixture)
{
    private static readonly TimeSpan ReloadTime = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan RestartTime = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Fewer_standbys_leave_a_keeper_free_which_is_forgotten_when_dead_and_used_again()
    {
        await Cluster.Ctl.PatchAsync("""{"maxStandbysPerSender":1,"deadKeeperRemovalInterval":"3s"}""");
        var status = await Cluster.SeeAsync(
            s => s.Keepers.Count(k => !k.HasInstance) == 1, ReloadTime, "one keeper has no instance");
        var free = Cluster.Keepers.Single(k => k.Uid == status.Keepers.Single(s => !s.HasInstance).Uid);
        await Eventually.BeTrueAsync(
            () => free.Postmaster is null, TimeSpan.FromSeconds(15), "its PostgreSQL is stopped");

        free.Process.Kill();
        await Cluster.SeeAsync(
            s => s.Keepers.All(k => k.Uid != free.Uid), TimeSpan.FromSeconds(40), "the dead keeper is forgotten");

        free.Process.Start();
        await Cluster.Ctl.PatchAsync("""{"maxStandbysPerSender":null,"deadKeeperRemovalInterval":null}""");
        await Cluster.HealAsync();
        Assert.True(await free.IsStandbyAsync());
    }

    [Fact]
    public async Task What_is_asked_of_the_primary_is_asked_of_the_next_one()
    {
        const string Extra = "select count(*) from pg_replication_slots where slot_name = 'stolon_extra'";
        var former = await Cluster.PrimaryAsync();
        await Cluster.Ctl.PatchAsync(
            """{"additionalMasterReplicationSlots":["extra"],"pgHBA":[],"pgParameters":{"wal_keep_size":"48"} }""");
        await Eventually.BeAsync("1", () => former.AskAsync(Extra), ReloadTime, "the slot is on the primary");
        await SeeEverywhereAsync("show wal_keep_size", "48MB", ReloadTime);
        await SeeRefusedAsync(former);

        await Cluster.FailAsync(former);
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        await Eventually.BeAsync("1", () => successor.AskAsync(Extra), SwitchTime, "the slot is on the new primary");
        await Cluster.HealAsync();
        Assert.Equal("0", await former.AskAsync(Extra));
        await SeeRefusedAsync(successor);

        await Cluster.Ctl.PatchAsync(
            """{"additionalMasterReplicationSlots":null,"pgHBA":null,"pgParameters":{"wal_keep_size":null} }""");
        await SeeEverywhereAsync("show wal_keep_size", "128MB", ReloadTime);
        await Eventually.BeAsync("0", () => successor.AskAsync(Extra), ReloadTime, "the slot is gone");
        await using var writer = await Cluster.WriteRowsAsync();
    }

    [Fact]
    public async Task A_value_that_PostgreSQL_cannot_use_harms_nobody_and_can_be_replaced()
    {
        await using var writer = await Cluster.WriteRowsAsync();
        await Cluster.Ctl.PatchAsync(
            """{"pgParameters":{"work_mem":"plenty","log_min_duration_statement":"8765ms"} }""");
        await SeeEverywhereAsync("show log_min_duration_statement", "8765ms", ReloadTime);
        await SeeEverywhereAsync("show work_mem", "4MB", ReloadTime);

        await Cluster.Ctl.PatchAsync("""{"pgParameters":{"work_mem":"6MB"}}""");
        await SeeEverywhereAsync("show work_mem", "6MB", ReloadTime);
        await Cluster.Ctl.PatchAsync("""{"pgParameters":{"work_mem":null,"log_min_duration_statement":null} }""");
        await SeeEverywhereAsync("show work_mem", "4MB", ReloadTime);
        await SeeEverywhereAsync("show log_min_duration_statement", "-1", ReloadTime);
        Assert.Equal(0, writer.Failures);
    }

    [Fact]
    public async Task Rewinding_that_is_switched_on_asks_for_its_parameter()
    {
        const string Hints = "select setting || ' ' || pending_restart from pg_settings where name = 'wal_log_hints'";
        await SeeEverywhereAsync(Hints, "on false", ReloadTime);
        await Cluster.Ctl.PatchAsync("""{"usePgrewind":false}""");
        await SeeEverywhereAsync(Hints, "on true", ReloadTime);
        await Cluster.Ctl.PatchAsync("""{"usePgrewind":true}""");
        await SeeEverywhereAsync(Hints, "on false", ReloadTime);
    }

    /// <summary>A standby with fewer than its primary stops replaying, or does not start.</summary>
    [Fact]
    public async Task Connections_and_senders_can_be_raised_and_lowered_where_restarts_are_allowed()
    {
        var before = await Cluster.Keepers[0].AskAsync("show max_connections");
        var more = (int.Parse(before!, CultureInfo.InvariantCulture) + 15).ToString(CultureInfo.InvariantCulture);
        var primary = await Cluster.PrimaryAsync();

        await Cluster.Ctl.PatchAsync(
            $$"""
            {"automaticPgRestart":true,"additionalWalSenders":9,"pgParameters":{"max_connections":"{{more}}"} }
            """);
        await SeeEverywhereAsync("show max_connections", more, RestartTime);
        await SeeEverywhereAsync("show max_wal_senders", "51", RestartTime);
        await Cluster.HealAsync();
        var starts = await StartsAsync();
        Assert.Equal(primary.Uid, starts[^1]);

        await Cluster.Ctl.PatchAsync("""{"additionalWalSenders":null,"pgParameters":{"max_connections":"40"} }""");
        await SeeEverywhereAsync("show max_connections", "40", RestartTime);
        await SeeEverywhereAsync("show max_wal_senders", "47", RestartTime);
        await Cluster.HealAsync();
        starts = await StartsAsync();
        Assert.Equal(primary.Uid, starts[0]);

        // Not left pending: with a primary that restarts alone its standbys would have too few.
        await Cluster.Ctl.PatchAsync($$"""{"pgParameters":{"max_connections":"{{before}}"} }""");
        await SeeEverywhereAsync("show max_connections", before!, RestartTime);
        await Cluster.HealAsync();
        await Cluster.Ctl.PatchAsync("""{"automaticPgRestart":null}""");
        await using var writer = await Cluster.WriteRowsAsync();
    }

    /// <summary>PostgreSQL stops replaying on a standby with fewer connections than its primary, and goes on only when
    /// it is restarted.</summary>
    [Fact]
    public async Task Standbys_of_a_primary_that_restarted_alone_with_more_connections_do_not_stand_still()
    {
        var primary = await Cluster.PrimaryAsync();
        var before = await primary.AskAsync("show max_connections");
        var more = (int.Parse(before!, CultureInfo.InvariantCulture) + 5).ToString(CultureInfo.InvariantCulture);
        await Cluster.Ctl.PatchAsync($$"""{"pgParameters":{"max_connections":"{{more}}"} }""");
        await SeeEverywhereAsync(
            "select pending_restart from pg_settings where name = 'max_connections'", "True", ReloadTime);

        await primary.KillPostgresAsync();

        await SeeEverywhereAsync("show max_connections", more, RestartTime);
        await Cluster.HealAsync();
        await using var writer = await Cluster.WriteRowsAsync();
        await writer.StopAsync();
        await SeeSameRowsAsync();
    }

    [Fact]
    public async Task A_standby_that_lags_too_far_is_elected_only_when_the_limit_is_raised()
    {
        var former = await Cluster.PrimaryAsync();
        await Cluster.Ctl.PatchAsync("""{"maxStandbyLag":65536}""");
        former.FreezeWalSenders();
        Assert.NotNull(await former.AskAsync(
            "insert into rows (id) select -1e12 - i from generate_series(1, 3000) as i returning id"));
        var standby = Cluster.Others(former).First();
        await Eventually.BeTrueAsync(
            async () => await PositionAsync(former) - await PositionAsync(standby) > 65536,
            TimeSpan.FromSeconds(15),
            "the sentinel knows how far the standbys lag");
        await former.KillWithPostgresAsync();
        await Cluster.SeeFailedAsync(former, FailoverTime);

        // Some rounds of the sentinel: an election that ought not to happen would have.
        await Task.Delay(TimeSpan.FromSeconds(4));
        Assert.Equal(former, await Cluster.PrimaryAsync());

        await Cluster.Ctl.PatchAsync("""{"maxStandbyLag":null}""");
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        await Cluster.HealAsync();
        Assert.Equal("0", await successor.AskAsync("select count(*) from rows where id < -1e12"));
        await SeeSameRowsAsync();
    }

    private async Task<long> PositionAsync(Keeper keeper) =>
        (long)(await Cluster.InstanceAsync(keeper))!["status"]!["xLogPos"]!;

    /// <summary>Keepers in the order in which their PostgreSQL was started.</summary>
    private async Task<List<string>> StartsAsync()
    {
        var starts = new List<(string Uid, double At)>();
        foreach (var keeper in Cluster.Keepers)
        {
            var at = await keeper.AskAsync("select extract(epoch from pg_postmaster_start_time())::float8");
            starts.Add((keeper.Uid, double.Parse(at!, CultureInfo.CurrentCulture)));
        }

        return [.. starts.OrderBy(s => s.At).Select(s => s.Uid)];
    }

    private static Task SeeRefusedAsync(Keeper keeper) => Eventually.BeTrueAsync(
        async () =>
        {
            try
            {
                await using var connection = await keeper.ConnectAsync(Sql.Application);
                return false;
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidAuthorizationSpecification)
            {
                return true;
            }
        },
        ReloadTime,
        $"{keeper.Uid} lets no ordinary user in");
}
