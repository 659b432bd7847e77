using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

/// <summary>WAL outside of the data directory.</summary>
public sealed class WalDirectoryTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task New_data_have_their_WAL_where_the_keeper_was_told_also_after_an_erase()
    {
        await using var instance = TestInstance.Empty(WithWal);
        var wal = instance.Options.WalDirectory!;
        Directory.CreateDirectory(wal);
        await File.WriteAllTextAsync(Path.Combine(wal, "not PostgreSQL's"), "");

        for (var round = 0; round < 2; round++)
        {
            await instance.Server.InitDbAsync(new NewConfig(), CancellationToken.None);
            Assert.Equal(wal, WalLink(instance));
            Assert.NotEmpty(Directory.GetFiles(wal, "0000*"));
            await instance.StartAsync(instance.Configuration());
            await instance.Server.StopAsync(CancellationToken.None);
            await instance.Server.EraseAsync(CancellationToken.None);
            Assert.Equal([Path.Combine(wal, "not PostgreSQL's")], Directory.GetFileSystemEntries(wal));
        }
    }

    [Fact, Trait("PostgreSQL", "version")]
    public async Task A_clone_has_its_WAL_where_the_keeper_was_told_whatever_the_source_has()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(primary, WithWal);

        Assert.Equal(standby.Options.WalDirectory, WalLink(standby));
        await primary.SqlAsync("create table t as select 1 as n");
        await Eventually.BeTrueAsync(
            async () => await standby.SqlAsync("select count(*) from pg_tables where tablename = 't'") is "1",
            Soon,
            "it streams");
    }

    [Fact]
    public async Task A_restored_backups_WAL_is_moved_to_where_the_keeper_was_told()
    {
        await using var source = await TestInstance.StoppedAsync();
        await using var instance = TestInstance.Empty(WithWal);

        await instance.Server.RestoreAsync($"cp -a {source.Postgres}/. %d", CancellationToken.None);

        Assert.Equal(instance.Options.WalDirectory, WalLink(instance));
        await instance.StartAsync(instance.Configuration());
    }

    [Fact]
    public async Task Of_a_restored_link_to_WAL_elsewhere_the_WAL_is_copied_to_where_the_keeper_was_told()
    {
        await using var source = await TestInstance.StoppedAsync();
        await using var instance = TestInstance.Empty(WithWal);
        var elsewhere = Path.Combine(source.Directory, "elsewhere");
        await TestInstance.RunAsync("mv", Path.Combine(source.Postgres, "pg_wal"), elsewhere);
        await TestInstance.RunAsync("ln", "-s", elsewhere, Path.Combine(source.Postgres, "pg_wal"));
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "not PostgreSQL's"), "");
        var before = Directory.GetFileSystemEntries(elsewhere);

        await instance.Server.RestoreAsync($"cp -a {source.Postgres}/. %d", CancellationToken.None);

        Assert.Equal(instance.Options.WalDirectory, WalLink(instance));
        await instance.StartAsync(instance.Configuration());
        Assert.Equal(before, Directory.GetFileSystemEntries(elsewhere));
        Assert.False(File.Exists(Path.Combine(instance.Options.WalDirectory!, "not PostgreSQL's")));
        Assert.False(File.Exists(Path.Combine(instance.Directory, "copystate")));
    }

    [Fact]
    public async Task WAL_of_somebody_else_is_never_written_into_or_deleted()
    {
        await using var other = TestInstance.Empty(WithWal);
        await other.Server.InitDbAsync(new NewConfig(), CancellationToken.None);
        var wal = other.Options.WalDirectory!;
        var before = Directory.GetFiles(wal);
        await using var instance = TestInstance.Empty(o => o with { WalDirectory = wal });

        var failure = await Assert.ThrowsAsync<PostgresToolException>(
            () => instance.Server.InitDbAsync(new NewConfig(), CancellationToken.None));

        Assert.Contains("holds WAL that is not this keeper's", failure.Message);
        await instance.Server.EraseAsync(CancellationToken.None);
        Assert.Equal(before, Directory.GetFiles(wal));
    }

    [Fact]
    public async Task Where_there_is_no_room_or_a_mount_point_it_is_told_before_anything_is_given_up()
    {
        var disk = Environment.GetEnvironmentVariable(SmallDisk.Variable);
        Assert.SkipUnless(disk is not null, "only root can make a small file system: run the tests as root");
        await using var primary = await TestInstance.RunningAsync();
        await using var small = TestInstance.Empty(o => o with { DataDirectory = Path.Combine(disk, "room") });
        Directory.CreateDirectory(small.Postgres);
        await using var mounted = TestInstance.Empty();
        Directory.CreateSymbolicLink(mounted.Postgres, disk);

        var room = await SpaceAsync(small, primary);
        var mount = await SpaceAsync(mounted, primary);

        Assert.Null(room.BesideObstacle);
        Assert.False(Assert.Single(room.Requirements).Fits, $"{room.Requirements[0]}");
        Assert.Equal($"{disk} is a mount point, which cannot be renamed", mount.BesideObstacle);
        Directory.Delete(small.Options.DataDirectory, recursive: true);
    }

    private static async Task<CloneSpace> SpaceAsync(TestInstance instance, TestInstance source)
    {
        await instance.Server.ProbeAsync(source.Address, instance.Uid, null, CancellationToken.None);
        return (await instance.Server.InspectAsync(CancellationToken.None)).CloneSpace!;
    }

    private static PostgresOptions WithWal(PostgresOptions options) =>
        options with { WalDirectory = Path.Combine(options.DataDirectory, "wal") };

    private static string? WalLink(TestInstance instance) =>
        new FileInfo(Path.Combine(instance.Postgres, "pg_wal")).LinkTarget;
}
