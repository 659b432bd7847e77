using Npgsql;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>How many standbys a commit waits for, and who may come in meanwhile (docs/spec/sentinel.md 8,
/// docs/spec/keeper.md 6.4).</summary>
[Collection(SynchronousCluster.Name)]
public sealed class SynchronousSettingsTests(SynchronousCluster fixture) : ClusterTest(fixture)
{
    private const string Names = "show synchronous_standby_names";
    private const string FakeStandby = "stolonfakestandby";
    private static readonly TimeSpan ChangeTime = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Two_standbys_are_waited_for_when_two_are_allowed_and_one_again_after_that()
    {
        const string Synchronous = "select count(*) from pg_stat_replication where sync_state = 'sync'";
        var primary = await Cluster.PrimaryAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        await Cluster.Ctl.PatchAsync("""{"maxSynchronousStandbys":2}""");
        await Eventually.BeAsync("2", () => primary.AskAsync(Synchronous), ChangeTime, "both are synchronous");
        await Cluster.Ctl.PatchAsync("""{"maxSynchronousStandbys":null}""");
        await Eventually.BeAsync("1", () => primary.AskAsync(Synchronous), ChangeTime, "one is synchronous");
        Assert.Equal(0, writer.Failures);
    }

    [Fact]
    public async Task Without_standbys_commits_wait_only_if_one_is_demanded_and_are_released_by_the_first_to_come()
    {
        var primary = await Cluster.PrimaryAsync();
        foreach (var standby in Cluster.Others(primary))
        {
            await standby.KillWithPostgresAsync();
        }

        Assert.NotEqual("", await primary.AskAsync(Names));
        var commit = CommitAsync(primary);
        await Cluster.Ctl.PatchAsync("""{"minSynchronousStandbys":0}""");
        await Eventually.BeAsync("", () => primary.AskAsync(Names), ChangeTime, "no standby is waited for");
        await Eventually.CompleteAsync(commit, ChangeTime, "the commit that waited is released");

        await Cluster.Ctl.PatchAsync("""{"minSynchronousStandbys":null}""");
        await Eventually.BeAsync(FakeStandby, () => primary.AskAsync(Names), ChangeTime, "nobody can confirm");
        commit = CommitAsync(primary);
        await Eventually.BeAsync(
            "1",
            () => primary.AskAsync("select count(*) from pg_stat_activity where wait_event = 'SyncRep'"),
            TimeSpan.FromSeconds(10),
            "the commit waits");

        Cluster.Others(primary).First().Process.Start();
        await Eventually.CompleteAsync(commit, TestCluster.StartTime, "the standby that came releases the commit");
        Assert.NotEqual(FakeStandby, await primary.AskAsync(Names));
    }

    /// <summary>What no standby has confirmed becomes visible by a restart.</summary>
    [Fact]
    public async Task A_primary_that_restarts_lets_only_internal_users_in_until_its_standbys_are_back()
    {
        var primary = await Cluster.PrimaryAsync();
        foreach (var standby in Cluster.Others(primary))
        {
            standby.FreezeWithPostgres();
        }

        await primary.KillPostgresAsync();
        await Eventually.BeAsync(
            "1", () => primary.AskAsync("select 1"), ChangeTime, "the superuser is let in after the restart");
        var refused = await Assert.ThrowsAsync<PostgresException>(() => primary.ConnectAsync(Sql.Application));
        Assert.StartsWith(
            $"no pg_hba.conf entry for host \"127.0.0.1\", user \"{Sql.Application}\", database \"postgres\"",
            refused.MessageText,
            StringComparison.Ordinal);

        foreach (var standby in Cluster.Others(primary))
        {
            standby.ThawWithPostgres();
        }

        await Cluster.HealAsync();
        Assert.Equal(primary, await Cluster.PrimaryAsync());
        await using var writer = await Cluster.WriteRowsAsync();
    }

    /// <summary>By the superuser, with a time limit no test reaches.</summary>
    private static async Task CommitAsync(Keeper primary)
    {
        await using var connection = await primary.ConnectAsync();
        await using var insert = new NpgsqlCommand(
            "insert into rows (id) select coalesce(min(id), 0) - 1 from rows", connection)
        {
            CommandTimeout = 300,
        };
        await insert.ExecuteNonQueryAsync();
    }
}
