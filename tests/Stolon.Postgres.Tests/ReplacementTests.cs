using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

/// <summary>A data directory replaced by a clone, with tablespaces and a WAL directory elsewhere.</summary>
public sealed class ReplacementTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_old_copy_is_whole_until_the_clone_is_and_goes_when_that_is_told_to_have_started()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StoppedAsync();
        await primary.SqlAsync("create table t as select 1 as n");
        await CreateSlotAsync(primary, standby);
        var old = (await standby.Server.InspectAsync(CancellationToken.None)).Data!;

        await standby.Server.ProbeAsync(primary.Address, standby.Uid, null, CancellationToken.None);
        var room = (await standby.Server.InspectAsync(CancellationToken.None)).CloneSpace!;
        Assert.Equal((null, null), (room.BesideObstacle, room.Blocked));
        Assert.True(Assert.Single(room.Requirements) is { Fits: true, NeededBytes: > 20_000_000 });

        await CloneBesideAsync(primary, standby);
        var whole = await standby.Server.InspectAsync(CancellationToken.None);
        Assert.Equal(old, whole.Data);
        Assert.Equal(new ReplacementProgress(ReplacementStage.Complete, standby.Uid), whole.Replacement);

        await standby.Server.SwapInAsync(CancellationToken.None);
        var swapped = await standby.Server.InspectAsync(CancellationToken.None);
        Assert.Equal(InstanceRole.Standby, swapped.Data!.Role);
        Assert.Equal(new ReplacementProgress(ReplacementStage.Swapped, standby.Uid), swapped.Replacement);
        Assert.True(File.Exists(Path.Combine(standby.Postgres + ".old", "global", "pg_control")));
        await standby.StartAsync(standby.Following(primary));
        Assert.Equal("1", await standby.SqlAsync("select n from t"));

        await standby.Server.DropReplacedAsync(CancellationToken.None);
        Assert.Equal(["postgres"], Directory.GetDirectories(standby.Directory).Select(d => Path.GetFileName(d)));
        Assert.Null((await standby.Server.InspectAsync(CancellationToken.None)).Replacement);
    }

    [Fact]
    public async Task A_clone_beside_that_fails_leaves_the_old_copy_alone()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StoppedAsync();

        await Assert.ThrowsAsync<PostgresToolException>(() => standby.Server.CloneBesideAsync(
            primary.Address, standby.Uid, "stolon_missing", CancellationToken.None));

        var look = await standby.Server.InspectAsync(CancellationToken.None);
        Assert.NotNull(look.Data);
        Assert.Null(look.Replacement);
        Assert.False(Directory.Exists(standby.Postgres + ".new"));
    }

    [Fact, Trait("PostgreSQL", "version")]
    public async Task Tablespaces_and_a_WAL_directory_elsewhere_stay_where_they_are_on_this_host()
    {
        await using var site = await Site.MakeAsync();
        var (primary, standby) = (site.Primary, site.Standby);
        await File.WriteAllTextAsync(Path.Combine(site.StandbySpace, "not PostgreSQL's"), "");

        await CloneBesideAsync(primary, standby);
        await standby.Server.SwapInAsync(CancellationToken.None);

        Assert.Equal(site.StandbyWal, Target(standby, "pg_wal"));
        Assert.Equal(site.StandbySpace, Target(standby, $"pg_tblspc/{site.Oid}"));
        await standby.StartAsync(standby.Following(primary));
        Assert.Equal("2", await standby.SqlAsync("select count(*) from t"));
        await standby.Server.DropReplacedAsync(CancellationToken.None);
        Assert.True(File.Exists(Path.Combine(site.StandbySpace, "not PostgreSQL's")));
        Assert.Equal(2, Directory.GetFileSystemEntries(site.StandbySpace).Length);
        Assert.DoesNotContain(
            Directory.GetFileSystemEntries(site.StandbyWal), e => Path.GetFileName(e).StartsWith("stolon"));

        // And again by the other way: what is elsewhere is emptied, and remembered.
        await standby.Server.StopAsync(CancellationToken.None);
        await standby.Server.EraseAsync(CancellationToken.None);
        Assert.Empty(Directory.GetFileSystemEntries(site.StandbyWal));
        await standby.Server.CloneAsync(
            primary.Address, standby.Uid, ReplicationSlotName.Of(standby.Uid), CancellationToken.None);
        Assert.Equal(site.StandbyWal, Target(standby, "pg_wal"));
        Assert.Equal(site.StandbySpace, Target(standby, $"pg_tblspc/{site.Oid}"));
        await standby.StartAsync(standby.Following(primary));
        Assert.Equal("2", await standby.SqlAsync("select count(*) from t"));
    }

    /// <summary>kill -9 of the keeper and of pg_basebackup, which then cleans nothing up.</summary>
    [Fact]
    public async Task A_clone_with_tablespaces_that_is_killed_is_completed_by_the_next()
    {
        await using var site = await Site.MakeAsync();
        var (primary, standby) = (site.Primary, site.Standby);
        await standby.Server.EraseAsync(CancellationToken.None);
        await primary.SqlAsync(
            "create table big tablespace space as select g, repeat('x', 900) from generate_series(1, 120000) g");
        using (var keeper = await KilledKeeper.CloningAsync(standby, primary.Address))
        {
            await Eventually.BeTrueAsync(() => HasPart(site.StandbySpace), Soon, "the tablespace is being copied");
            await keeper.KillAsync();
        }

        Assert.NotEmpty(Directory.GetDirectories(site.StandbySpace));
        using var next = standby.NewServer();
        await next.EraseAsync(CancellationToken.None);
        await next.CloneAsync(
            primary.Address, standby.Uid, ReplicationSlotName.Of(standby.Uid), CancellationToken.None);

        await standby.StartAsync(standby.Following(primary));
        Assert.Equal("120000", await standby.SqlAsync("select count(*) from big"));
        Assert.Equal(site.StandbySpace, Target(standby, $"pg_tblspc/{site.Oid}"));
        Assert.Single(Directory.GetFileSystemEntries(site.StandbySpace));
        Assert.Equal(site.StandbyWal, Target(standby, "pg_wal"));
        Assert.DoesNotContain(
            Directory.GetFileSystemEntries(site.StandbyWal), e => Path.GetFileName(e).StartsWith("stolon"));

        static bool HasPart(string space) =>
            Directory.EnumerateFiles(space, "*", SearchOption.AllDirectories).Any();
    }

    [Fact]
    public async Task A_tablespace_directory_that_another_server_uses_is_never_touched()
    {
        await using var site = await Site.MakeAsync();
        await using var second = TestInstance.Empty();

        // On the same host: the source's own location, which its tablespace is in.
        await second.Server.ProbeAsync(site.Primary.Address, second.Uid, null, CancellationToken.None);
        var blocked = (await second.Server.InspectAsync(CancellationToken.None)).CloneSpace!.Blocked;
        var failure = await Assert.ThrowsAsync<PostgresToolException>(() => second.Server.CloneAsync(
            site.Primary.Address, second.Uid, ReplicationSlotName.Of(second.Uid), CancellationToken.None));

        Assert.Equal(blocked, failure.Message);
        Assert.Contains("is in the way", failure.Message);
        Assert.Equal("2", await site.Primary.SqlAsync("select count(*) from t"));
    }

    [Fact]
    public async Task A_replacement_that_breaks_off_at_any_point_is_gone_on_with_by_the_next_run()
    {
        await using var site = await Site.MakeAsync();
        var (primary, standby) = (site.Primary, site.Standby);
        await CloneBesideAsync(primary, standby);
        var state = Path.Combine(standby.Directory, "copystate");
        var begun = (await File.ReadAllTextAsync(state)).Replace("\"Whole\"", "\"Retiring\"");
        var moved = begun.Replace("\"Retiring\"", "\"Installing\"");

        // As after a loss of power: first with the record alone written, then with everything moved as well.
        await File.WriteAllTextAsync(state, begun);
        Directory.Move(standby.Postgres, standby.Postgres + ".old");
        using var next = standby.NewServer();
        Assert.Equal(
            ReplacementStage.Swapping, (await next.InspectAsync(CancellationToken.None)).Replacement!.Stage);
        await next.SwapInAsync(CancellationToken.None);
        await File.WriteAllTextAsync(state, moved);
        await next.SwapInAsync(CancellationToken.None);

        Assert.Equal(
            new ReplacementProgress(ReplacementStage.Swapped, standby.Uid),
            (await next.InspectAsync(CancellationToken.None)).Replacement);
        await standby.StartAsync(standby.Following(primary));
        Assert.Equal("2", await standby.SqlAsync("select count(*) from t"));
    }

    [Fact]
    public async Task Data_set_aside_could_be_started_where_they_are_and_leave_room_for_new_ones()
    {
        await using var site = await Site.MakeAsync();
        var standby = site.Standby;

        var aside = await standby.Server.SetAsideAsync(CancellationToken.None);

        Assert.False((await standby.Server.InspectAsync(CancellationToken.None)).DirectoryHasFiles);
        var wal = new FileInfo(Path.Combine(aside!, "pg_wal")).LinkTarget!;
        Assert.StartsWith(site.StandbyWal + "/", wal);
        Assert.NotEmpty(Directory.GetFiles(wal));
        Assert.Single(Directory.GetDirectories(
            new FileInfo(Path.Combine(aside!, "pg_tblspc", site.Oid)).LinkTarget!, "PG_*"));
        Assert.Empty(Directory.GetDirectories(site.StandbySpace, "PG_*"));
        await standby.Server.InitDbAsync(new NewConfig(), CancellationToken.None);
        Assert.Equal(site.StandbyWal, Target(standby, "pg_wal"));
        var second = await standby.Server.SetAsideAsync(CancellationToken.None);
        Assert.NotEqual(aside, second);
        await TestInstance.RunAsync("mv", aside!, standby.Postgres);
        await standby.StartAsync(standby.Configuration());
        Assert.Equal("0", await standby.SqlAsync("select count(*) from t"));
    }

    [Fact]
    public async Task A_record_of_copies_that_cannot_be_read_forbids_only_what_would_need_it()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StoppedAsync();
        await File.WriteAllTextAsync(Path.Combine(standby.Directory, "copystate"), "{ half");

        Assert.Null((await standby.Server.InspectAsync(CancellationToken.None)).Replacement);
        await standby.StartAsync(standby.Configuration());
        await standby.Server.StopAsync(CancellationToken.None);
        await standby.Server.ProbeAsync(primary.Address, standby.Uid, null, CancellationToken.None);
        var blocked = (await standby.Server.InspectAsync(CancellationToken.None)).CloneSpace!.Blocked;
        Assert.Contains("copystate", blocked);
        Assert.Contains("To repair it", blocked);
        Assert.Single(standby.Log.Texts, t => t.StartsWith("cannot read", StringComparison.Ordinal));
        await Assert.ThrowsAsync<PostgresToolException>(() => standby.Server.EraseAsync(CancellationToken.None));
        await Assert.ThrowsAsync<PostgresToolException>(() => CloneBesideAsync(primary, standby));
        Assert.NotNull((await standby.Server.InspectAsync(CancellationToken.None)).Data);
    }

    /// <summary>pg_rewind follows the links, and deletes there what its source lacks, or copies what is
    /// there.</summary>
    [Fact]
    public async Task Data_set_aside_are_neither_deleted_nor_copied_by_a_rewind()
    {
        await using var site = await Site.MakeAsync();
        var (primary, standby) = (site.Primary, site.Standby);
        await CloneBesideAsync(primary, standby);
        await standby.Server.SwapInAsync(CancellationToken.None);
        await standby.StartAsync(standby.Following(primary));
        await standby.Server.PromoteAsync(standby.Configuration(), CancellationToken.None);

        var source = await Assert.ThrowsAsync<PostgresToolException>(() => RewoundAsync(primary, standby));
        await primary.StartAsync(primary.Configuration());
        var target = await Assert.ThrowsAsync<PostgresToolException>(() => RewoundAsync(standby, primary));

        Assert.Contains($"would copy {site.StandbySpace}/stolon-", source.Message);
        Assert.Contains("pg_wal/stolon-", source.Message);
        Assert.Contains($"would delete or overwrite {site.StandbySpace}/stolon-", target.Message);
        Assert.Contains($", {site.StandbyWal}/stolon-", target.Message);
        await standby.Server.DropReplacedAsync(CancellationToken.None);
        await RewoundAsync(standby, primary);
    }

    private static async Task RewoundAsync(TestInstance target, TestInstance source)
    {
        await target.Server.StopAsync(CancellationToken.None);
        await target.Server.RewindAsync(source.Address, target.Uid, CancellationToken.None);
    }

    private static string? Target(TestInstance instance, string link) =>
        new FileInfo(Path.Combine(instance.Postgres, link)).LinkTarget;

    private static Task CreateSlotAsync(TestInstance primary, TestInstance standby) =>
        primary.Server.CreateSlotAsync(ReplicationSlotName.Of(standby.Uid), CancellationToken.None);

    private static Task CloneBesideAsync(TestInstance primary, TestInstance standby) =>
        standby.Server.CloneBesideAsync(
            primary.Address, standby.Uid, ReplicationSlotName.Of(standby.Uid), CancellationToken.None);

    /// <summary>A primary with a tablespace, and old data of a standby whose operator has put tablespace and WAL
    /// elsewhere.</summary>
    private sealed class Site : IAsyncDisposable
    {
        private Site(TestInstance primary, TestInstance standby) => (Primary, Standby) = (primary, standby);

        public TestInstance Primary { get; }

        public TestInstance Standby { get; }

        public string Oid { get; private set; } = "";

        public string StandbySpace => Path.Combine(Standby.Directory, "space");

        public string StandbyWal => Path.Combine(Standby.Directory, "wal");

        public static async Task<Site> MakeAsync()
        {
            var site = new Site(await TestInstance.RunningAsync(), await TestInstance.StoppedAsync());
            var space = Directory.CreateDirectory(Path.Combine(site.Primary.Directory, "space")).FullName;
            await site.Primary.SqlAsync($"create tablespace space location '{space}'");
            await site.Primary.SqlAsync("create table t (n int) tablespace space");
            site.Oid = (await site.Primary.SqlAsync("select oid from pg_tablespace where spcname = 'space'"))!;
            await site.Primary.SqlAsync("checkpoint");
            await CreateSlotAsync(site.Primary, site.Standby);

            // The standby's old copy: as the primary is now, but its parts are at other places.
            await site.Primary.Server.StopAsync(CancellationToken.None);
            Directory.Delete(site.Standby.Postgres, recursive: true);
            await TestInstance.RunAsync("cp", "-a", site.Primary.Postgres, site.Standby.Postgres);
            await TestInstance.RunAsync("cp", "-a", space, site.StandbySpace);
            await TestInstance.RunAsync("mv", Path.Combine(site.Standby.Postgres, "pg_wal"), site.StandbyWal);
            await TestInstance.RunAsync("ln", "-s", site.StandbyWal, Path.Combine(site.Standby.Postgres, "pg_wal"));
            await TestInstance.RunAsync(
                "ln", "-sfn", site.StandbySpace, Path.Combine(site.Standby.Postgres, "pg_tblspc", site.Oid));
            await site.Primary.StartAsync(site.Primary.Configuration());
            await site.Primary.SqlAsync("insert into t values (1), (2)");
            return site;
        }

        public async ValueTask DisposeAsync()
        {
            await Standby.DisposeAsync();
            await Primary.DisposeAsync();
        }
    }
}
