using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>A standby cluster that knows of the server it follows nothing but the archive.</summary>
public sealed class ArchiveOnlyStandbyClusterTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private TestCluster _cluster = null!;
    private ExternalServer _external = null!;

    public async ValueTask InitializeAsync()
    {
        _cluster = await TestCluster.PrepareAsync(ClusterShape.Asynchronous with { Keepers = 2, Sentinels = 1 });
        _external = await ExternalServer.StartAsync(_cluster.Directory);
        await _external.DoAsync(TestCluster.ApplicationSql);
        await _external.DoAsync("create table outside (id int primary key)");
        await _external.BackUpAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _external?.Dispose();
        await _cluster.DisposeAsync();
    }

    [Fact]
    public async Task A_standby_cluster_lives_from_the_archive_alone_fails_over_and_is_promoted_by_an_update()
    {
        await ArchiveOutsideAsync(1);
        await _cluster.InitAsync(
            $$"""
            { "initMode":"pitr", "role":"standby", {{ClusterShape.ShortTimes}},
              "pgParameters":{"fsync":"off","shared_buffers":"16MB","wal_retrieve_retry_interval":"500ms"},
              "pitrConfig":{"dataRestoreCommand":"{{_external.DataRestoreCommand}}",
              "archiveRecoverySettings":{"restoreCommand":"{{_external.RestoreCommand}}"} },
              "standbyConfig":{"archiveRecoverySettings":{"restoreCommand":"{{_external.RestoreCommand}}"} } }
            """);
        _cluster.StartAll();
        await _cluster.SettleAsync(2);
        await ArchiveOutsideAsync(2);
        await SeeRowsAsync("1,2");
        var former = await _cluster.PrimaryAsync();
        Assert.Equal("", await former.AskAsync("show primary_conninfo"));
        Assert.Equal("0", await former.AskAsync("select count(*) from pg_stat_wal_receiver"));

        await former.KillWithPostgresAsync();
        var leader = await _cluster.SuccessorAsync(former, Patience);
        await ArchiveOutsideAsync(3);
        await Eventually.BeAsync("1,2,3", () => RowsAsync(leader), Patience, $"{leader.Uid} reads the archive");
        Assert.True(await leader.IsStandbyAsync());
        Assert.Equal("", await leader.AskAsync("show primary_conninfo"));
        await _cluster.HealAsync();
        Assert.Equal(leader.Port.ToString(), await former.AskAsync("select sender_port from pg_stat_wal_receiver"));
        await FollowsOntoAnotherTimelineAsync();

        await _cluster.Ctl.PatchAsync("""{"role":"master"}""");
        await using var writer = await _cluster.WriteRowsAsync();
        await writer.StopAsync();
        await _cluster.SettleAsync(2);
        Assert.Equal(leader, await _cluster.PrimaryAsync());
        Assert.Empty(await _cluster.MissingAsync(writer));
        Assert.True(await former.IsStandbyAsync());
    }

    /// <summary>The server outside is replaced by one that was restored from the archive.</summary>
    private async Task FollowsOntoAnotherTimelineAsync()
    {
        var births = _cluster.Keepers.Select(k => k.BirthOfData()).ToList();
        await _external.BranchAsync(restorePoint: null);
        await ArchiveOutsideAsync(4);
        await SeeRowsAsync("1,2,3,4");
        await _cluster.SettleAsync(2);
        Assert.Equal(births, _cluster.Keepers.Select(k => k.BirthOfData()));
    }

    private async Task ArchiveOutsideAsync(int row)
    {
        await _external.DoAsync($"insert into outside values ({row})");
        await _external.ArchiveAsync();
    }

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
