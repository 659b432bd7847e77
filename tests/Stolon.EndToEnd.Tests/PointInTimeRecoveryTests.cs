using System.Diagnostics;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>A cluster made from a base backup and a WAL archive (docs/spec/keeper.md 4.1, pitr). Each test initialises
/// the same running cluster again.</summary>
public sealed class PointInTimeRecoveryTests(ArchivedServer fixture, ITestOutputHelper output)
    : IClassFixture<ArchivedServer>, IAsyncLifetime
{
    private static readonly TimeSpan RecoveryTime = TimeSpan.FromSeconds(60);

    private TestCluster Cluster => fixture.Cluster;

    private Keeper Keeper => Cluster.Keepers[0];

    private Keeper Second => Cluster.Keepers[1];

    public ValueTask InitializeAsync()
    {
        Cluster.StartAll(except: Second);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        Cluster.KeepLogsOfFailure();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("recoveryTarget", "1")]
    [InlineData("recoveryTargetLsn", "1,2")]
    [InlineData("recoveryTargetName", "1,2")]
    [InlineData("recoveryTargetTime", "1,2")]
    [InlineData("recoveryTargetXid", "1,2")]
    [InlineData("recoveryTargetTimeline", "1,2,3")]
    public async Task The_rows_up_to_the_target_are_there_and_later_ones_are_not(string target, string rows)
    {
        var value = target switch
        {
            "recoveryTarget" => "immediate",
            "recoveryTargetLsn" => fixture.LsnOfRow2,
            "recoveryTargetName" => ArchivedServer.RestorePoint,
            "recoveryTargetTime" => fixture.TimeOfRow2,
            "recoveryTargetXid" => fixture.TransactionOfRow2,
            _ => "1",
        };
        await InitAsync(
            fixture.Server.DataRestoreCommand, $$""","recoveryTargetSettings":{"{{target}}":"{{value}}"}""");
        await SeePrimaryWithRowsAsync(rows);
    }

    [Fact]
    public async Task Without_a_target_everything_in_the_archive_is_there_and_another_keeper_is_cloned()
    {
        await InitAsync(fixture.Server.DataRestoreCommand, "");
        await SeePrimaryWithRowsAsync("1,2,4");

        Second.Process.Start();
        await Cluster.SettleAsync(2);
        Assert.True(await Second.IsStandbyAsync());
        Assert.Equal("1,2,4,9", await RowsAsync(Second));
        Assert.Equal(0, await Second.Process.StopAsync(TimeSpan.FromSeconds(30)));
    }

    [Fact]
    public async Task A_restore_command_that_fails_is_tried_again_until_it_succeeds_and_leaves_nothing_meanwhile()
    {
        var away = Path.Combine(Cluster.Directory.Data, "backup-is-away");
        await File.WriteAllTextAsync(away, "");
        await InitAsync(
            $"cp {fixture.Server.Backup}/PG_VERSION %d && ! test -e {away} && {fixture.Server.DataRestoreCommand} || "
            + "{ echo no such backup today >&2; exit 3; }",
            "");
        await Eventually.BeTrueAsync(
            () => LogOfThisInit().Split("no such backup today").Length > 3,
            RecoveryTime,
            $"it is tried again; see {Cluster.Directory.Logs}");
        Assert.Contains("failed with exit code 3", LogOfThisInit());
        Assert.Equal("initializing", (await Cluster.StoredAsync(_ => true, TimeSpan.FromSeconds(5), "")).Phase);
        Assert.Equal(0, await Keeper.Process.StopAsync(TimeSpan.FromSeconds(30)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Keeper.PostgresDirectory));

        File.Delete(away);
        Keeper.Process.Start();
        await SeePrimaryWithRowsAsync("1,2,4");
    }

    [Fact]
    public async Task A_target_that_is_never_reached_is_said_and_the_cluster_waits_for_another_specification()
    {
        await InitAsync(
            fixture.Server.DataRestoreCommand, ""","recoveryTargetSettings":{"recoveryTargetName":"nowhere"}""");
        await Eventually.BeTrueAsync(
            () => LogOfThisInit().Split("recovery ended before configured recovery target was reached").Length > 2,
            RecoveryTime,
            $"PostgreSQL says why, and it is tried again; see {Cluster.Directory.Logs}");
        Assert.Equal("initializing", (await Cluster.StoredAsync(_ => true, TimeSpan.FromSeconds(5), "")).Phase);

        await InitAsync(
            fixture.Server.DataRestoreCommand, ""","recoveryTargetSettings":{"recoveryTarget":"immediate"}""");
        await SeePrimaryWithRowsAsync("1");
    }

    private int _logged;

    private string LogOfThisInit() => Keeper.Process.Log[_logged..];

    private async Task InitAsync(string dataRestoreCommand, string target)
    {
        _logged = Keeper.Process.Log.Length;
        await Cluster.InitAsync(
            $$"""
            { "initMode":"pitr", {{ClusterShape.ShortTimes}}, "pgParameters":{"fsync":"off","shared_buffers":"16MB"},
              "pitrConfig":{ "dataRestoreCommand":"{{dataRestoreCommand}}",
              "archiveRecoverySettings":{"restoreCommand":"{{fixture.Server.RestoreCommand}}"} {{target}} } }
            """);
    }

    private async Task SeePrimaryWithRowsAsync(string rows)
    {
        var clock = Stopwatch.StartNew();
        var stored =
            await Cluster.StoredAsync(s => s.Phase == "normal", RecoveryTime, "the cluster is initialised");
        Assert.Contains("timezone", stored.Parameters.Keys);
        Assert.DoesNotContain(stored.Parameters.Keys, name => name.Contains("recovery") || name == "restore_command");
        await Cluster.SettleAsync(1);
        output.WriteLine($"{clock.Elapsed.TotalSeconds:0.0} s");
        Assert.Equal(rows, await RowsAsync(Keeper));
        Assert.False(await Keeper.IsStandbyAsync());
        Assert.Equal("9", await Keeper.AskAsync("with w as (insert into rows values (9) returning id) table w"));
        Assert.Equal("", await Keeper.AskAsync("select current_setting('recovery_target')"));
    }

    private static Task<string?> RowsAsync(Keeper keeper) =>
        keeper.AskAsync("select string_agg(id::text, ',' order by id) from rows");
}
