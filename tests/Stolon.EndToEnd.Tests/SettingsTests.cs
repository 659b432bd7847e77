using System.Diagnostics;
using Npgsql;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

[Collection(AsynchronousCluster.Name)]
public sealed class SettingsTests(AsynchronousCluster fixture, ITestOutputHelper output) : ClusterTest(fixture)
{
    private static readonly TimeSpan ReloadTime = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_parameter_reaches_every_postgres_by_a_reload()
    {
        var postmasters = Cluster.Keepers.Select(k => k.Postmaster).ToList();
        var clock = Stopwatch.StartNew();
        await Cluster.Ctl.PatchAsync("""{"pgParameters":{"work_mem":"7MB"}}""");
        await SeeEverywhereAsync("show work_mem", "7MB", ReloadTime);
        output.WriteLine($"from the command to the last of three servers: {clock.ElapsedMilliseconds} ms");

        await Cluster.Ctl.PatchAsync("""{"pgParameters":{"work_mem":null}}""");
        await SeeEverywhereAsync("show work_mem", "4MB", ReloadTime);
        Assert.Equal(postmasters, Cluster.Keepers.Select(k => k.Postmaster));
    }

    [Fact]
    public async Task A_parameter_that_needs_a_restart_waits_for_one_unless_restarts_are_allowed()
    {
        // Never less than before: a standby does not start with less than its primary has.
        var before = await Cluster.Keepers[0].AskAsync("show max_connections");
        var wanted = (int.Parse(before!) + 10).ToString();
        await Cluster.Ctl.PatchAsync($$"""{"pgParameters":{"max_connections":"{{wanted}}"} }""");
        await SeeEverywhereAsync(
            "select pending_restart from pg_settings where name = 'max_connections'", "True", ReloadTime);
        await SeeEverywhereAsync("show max_connections", before!, ReloadTime);

        await Cluster.Ctl.PatchAsync("""{"automaticPgRestart":true}""");
        await SeeEverywhereAsync("show max_connections", wanted, TimeSpan.FromSeconds(60));
        await Cluster.Ctl.PatchAsync("""{"automaticPgRestart":false}""");
    }

    [Fact]
    public async Task Host_access_rules_replace_the_defaults_and_give_way_to_them_again()
    {
        var primary = await Cluster.PrimaryAsync();
        Assert.True(await ApplicationMayConnectAsync(primary));

        await Cluster.Ctl.PatchAsync(
            """{"pgHBA":["host all app 127.0.0.1/32 reject","host all all 127.0.0.1/32 md5"]}""");
        await Eventually.BeTrueAsync(
            async () => !await ApplicationMayConnectAsync(primary), ReloadTime, "the application is rejected");

        await Cluster.Ctl.PatchAsync("""{"pgHBA":null}""");
        await Eventually.BeTrueAsync(
            () => ApplicationMayConnectAsync(primary), ReloadTime, "the application is let in again");
    }

    [Fact]
    public async Task Replication_slots_are_made_on_the_primary_and_dropped_again()
    {
        const string Extra = "select count(*) from pg_replication_slots where slot_name = 'stolon_extra'";
        var primary = await Cluster.PrimaryAsync();

        await Cluster.Ctl.PatchAsync("""{"additionalMasterReplicationSlots":["extra"]}""");
        await Eventually.BeAsync("1", () => primary.AskAsync(Extra), ReloadTime, "the slot is there");

        await Cluster.Ctl.PatchAsync("""{"additionalMasterReplicationSlots":null}""");
        await Eventually.BeAsync("0", () => primary.AskAsync(Extra), ReloadTime, "the slot is gone");
        Assert.Equal(
            "2", await primary.AskAsync("select count(*) from pg_replication_slots where slot_name like 'stolon%'"));
    }

    private static async Task<bool> ApplicationMayConnectAsync(Keeper keeper)
    {
        try
        {
            await using var connection = await Sql.ConnectAsync(keeper.Port, Sql.Application);
            return true;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.InvalidAuthorizationSpecification)
        {
            return false;
        }
    }
}
