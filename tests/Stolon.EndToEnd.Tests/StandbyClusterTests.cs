using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>A cluster whose first instance follows a server outside of it, by streaming
/// (docs/spec/cluster-specification.md 5, role standby).</summary>
public sealed class StandbyClusterTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Slot = "to_the_cluster";
    private const string Senders =
        "select string_agg(application_name, ',' order by application_name) from pg_stat_replication";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private TestCluster _cluster = null!;
    private ExternalServer _external = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.PrepareAsync(ClusterShape.Asynchronous with { Keepers = 2, Sentinels = 1 });
        _external = await ExternalServer.StartAsync(_cluster.Directory);
        await _external.DoAsync(TestCluster.ApplicationSql);
        await _external.DoAsync("create table outside (id int primary key)");
        await _external.DoAsync("insert into outside values (1)");
        await _external.AskAsync($"select pg_create_physical_replication_slot('{Slot}')::text");
    }

    public async ValueTask DisposeAsync()
    {
        _external?.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_standby_cluster_follows_changes_its_source_fails_over_and_is_promoted()
    {
        var leader = await FollowsAndCascadesAsync();
        await TakesAnotherConfigurationWhileItRunsAsync(leader);
        leader = await FailsOverInsideAsync(leader);
        await IsPromotedAsync(leader);
    }

    private async Task<Keeper> FollowsAndCascadesAsync()
    {
        var restore = $"PGPASSFILE={_external.PasswordFile} {Programs.PostgresDirectory}/pg_basebackup -D %d -c fast "
            + $"-h 127.0.0.1 -p {_external.Postgres.Port} -U {Sql.Replication}";
        // Only what a standby cluster ignores asks for synchronous replication.
        await _cluster.InitAsync(
            $$"""
            { "initMode":"pitr", "role":"standby", {{ClusterShape.ShortTimes}}, "synchronousReplication":true,
              "pgParameters":{"fsync":"off","shared_buffers":"16MB","max_connections":"60"},
              "pitrConfig":{"dataRestoreCommand":"{{restore}}"},
              "standbyConfig":{"standbySettings":{"primaryConninfo":"{{ConnectionInfo("first")}}",
              "primarySlotName":"{{Slot}}"} } }
            """);
        _cluster.StartAll();
        await _cluster.SettleAsync(2);

        var leader = await _cluster.PrimaryAsync();
        var follower = _cluster.Others(leader).Single();
        await WriteOutsideAsync(2);
        await SeeRowsAsync("1,2");
        Assert.True(await leader.IsStandbyAsync());
        Assert.Equal("first", await _external.AskAsync(Senders));
        Assert.Equal(Slot, await leader.AskAsync("select slot_name from pg_stat_wal_receiver"));
        Assert.Equal(
            leader.Port.ToString(), await follower.AskAsync("select sender_port from pg_stat_wal_receiver"));

        var stored = await _cluster.StoredAsync(s => s.Phase == "normal", Patience, "the cluster is initialised");
        Assert.Equal("standby", (string?)stored.Primary!["role"]);
        Assert.Equal("external", (string?)stored.Primary["followConfig"]!["type"]);
        Assert.All(stored.Instances, i => Assert.Null(i["synchronousReplication"]));
        Assert.Contains("timezone", stored.Parameters.Keys);
        Assert.DoesNotContain(stored.Parameters.Keys, name => name.Contains("primary") || name.Contains("recovery"));
        Assert.Equal("True", await _cluster.Proxy.AskAsync("select pg_is_in_recovery()"));
        return leader;
    }

    private async Task TakesAnotherConfigurationWhileItRunsAsync(Keeper leader)
    {
        var postmasters = _cluster.Keepers.Select(k => k.Postmaster).ToList();
        await _cluster.Ctl.PatchAsync(
            $$"""
            {"standbyConfig":{"standbySettings":{"primaryConninfo":"{{ConnectionInfo("second")}}",
            "recoveryMinApplyDelay":"1h"} } }
            """);
        await Eventually.BeAsync("second", () => _external.Postgres.AskAsync(Senders), Patience, "it connects anew");
        await Eventually.BeAsync(
            "1h", () => leader.AskAsync("show recovery_min_apply_delay"), Patience, "the delay is in force");

        await WriteOutsideAsync(3);
        await Eventually.BeTrueAsync(
            async () => await leader.AskAsync("select pg_last_wal_receive_lsn() > pg_last_wal_replay_lsn()") == "True",
            Patience,
            "the row is received and not applied");
        Assert.Equal("1,2", await RowsAsync(leader));
        await _cluster.Ctl.PatchAsync("""{"standbyConfig":{"standbySettings":{"recoveryMinApplyDelay":null} } }""");
        await SeeRowsAsync("1,2,3");
        Assert.Equal(postmasters, _cluster.Keepers.Select(k => k.Postmaster));
    }

    private async Task<Keeper> FailsOverInsideAsync(Keeper former)
    {
        await former.KillWithPostgresAsync();
        var leader = await _cluster.SuccessorAsync(former, Patience);
        await WriteOutsideAsync(4);
        await Eventually.BeAsync("1,2,3,4", () => RowsAsync(leader), Patience, $"{leader.Uid} follows the outside");
        Assert.True(await leader.IsStandbyAsync());
        Assert.Equal("second", await _external.AskAsync(Senders));
        Assert.Equal(Slot, await leader.AskAsync("select slot_name from pg_stat_wal_receiver"));

        await _cluster.HealAsync();
        Assert.Equal(leader, await _cluster.PrimaryAsync());
        Assert.Equal(leader.Port.ToString(), await former.AskAsync("select sender_port from pg_stat_wal_receiver"));
        await WriteOutsideAsync(5);
        await SeeRowsAsync("1,2,3,4,5");
        return leader;
    }

    private async Task IsPromotedAsync(Keeper leader)
    {
        var follower = _cluster.Others(leader).Single();
        await _cluster.Ctl.RunAsync("promote", "--yes");
        await using var writer = await _cluster.WriteRowsAsync();
        await writer.StopAsync();
        await _cluster.SettleAsync(2);
        Assert.Equal(leader, await _cluster.PrimaryAsync());
        Assert.All(writer.Acknowledged, row => Assert.Equal(leader.Port, row.ByPort));
        Assert.True(await follower.IsStandbyAsync());
        await Eventually.BeAsync(
            "1",
            () => follower.AskAsync($"select count(*) from rows where id = {writer.Acknowledged[^1].Id}"),
            Patience,
            $"{follower.Uid} has the last row");
        Assert.Equal("00000002", await leader.AskAsync("select left(pg_walfile_name(pg_current_wal_lsn()), 8)"));
        output.WriteLine($"{writer.LongestGap.TotalSeconds:0.0} s from the promotion to the first row");

        // What was ignored until now is in force.
        await Eventually.BeAsync(
            "sync", () => leader.AskAsync("select sync_state from pg_stat_replication"), Patience, "it is synchronous");
        Assert.Equal("master", (string?)(await StoredAsync()).Specification["role"]);
        Assert.Null((await StoredAsync()).Primary!["followConfig"]);
        await _external.Postgres.KillWithPostgresAsync();
        await using var alone = await _cluster.WriteRowsAsync();

        var (exitCode, _, errors) = await _cluster.Ctl.TryAsync("update", "--patch", """{"role":"standby"}""");
        Assert.Equal(1, exitCode);
        Assert.Contains("cannot update a cluster from master role to standby role", errors);
        Assert.Equal(0, (await _cluster.Ctl.TryAsync("promote", "--yes")).ExitCode);
    }

    private Task<StoredCluster> StoredAsync() => _cluster.StoredAsync(_ => true, Patience, "");

    private string ConnectionInfo(string name) => $"{_external.ConnectionInfo} application_name={name}";

    private Task WriteOutsideAsync(int row) => _external.DoAsync($"insert into outside values ({row})");

    private async Task SeeRowsAsync(string rows)
    {
        foreach (var keeper in _cluster.Keepers)
        {
            await Eventually.BeAsync(rows, () => RowsAsync(keeper), Patience, $"{keeper.Uid} has the rows");
        }
    }

    private static Task<string?> RowsAsync(Keeper keeper) =>
        keeper.AskAsync("select string_agg(id::text, ',' order by id) from outside");
}
