using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;

namespace Stolon.Postgres.Tests.Files;

/// <summary>Data directories whose parts lie elsewhere, as files only: what a source has at the same paths cannot be
/// on the same host.</summary>
public sealed class DataCopiesTests : IDisposable
{
    private const string Catalog = "PG_15_202209061";
    private static readonly PostgresVersion Version = new(15, 0);
    private static readonly InstanceUid Self = new("self");

    private readonly string _root = Directory.CreateTempSubdirectory("stolon-copies-").FullName;

    private string Home => In("postgres");

    private string Location => In("ts");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void A_tablespace_made_anew_at_the_place_of_one_that_the_old_copy_has_is_no_obstacle()
    {
        OldCopy();
        var copies = Copies();
        Directory.CreateSymbolicLink(In("alias"), Location);

        // The source has dropped 111 and made 222 at the same place, said in another way.
        var record = copies.Begin([("222", In("alias"))], Self, beside: true);
        Clone(record, "222");
        copies.MarkWhole(record);
        copies.SwapIn();

        Assert.Equal("new", File.ReadAllText(Path.Combine(Home, "pg_tblspc", "222", Catalog, "file")));
        Assert.Equal("old", File.ReadAllText(Path.Combine(Home + ".old", "pg_tblspc", "111", Catalog, "file")));
        copies.DropReplaced(CancellationToken.None);
        Assert.Equal([Path.Combine(Location, Catalog)], Directory.GetFileSystemEntries(Location));
        Assert.False(Path.Exists(Home + ".old"));
    }

    [Fact]
    public void A_tablespace_of_the_old_copy_which_the_source_has_too_keeps_its_place()
    {
        OldCopy();

        var failure = Assert.Throws<PostgresToolException>(
            () => Copies().Begin([("111", "/elsewhere"), ("222", Location)], Self, beside: true));

        Assert.Contains("is in the way", failure.Message);
    }

    [Fact]
    public void What_a_data_directory_uses_is_not_taken_for_half_made_because_of_its_name()
    {
        OldCopy();
        var wal = Copies().Plan([], Self, beside: false).Spaces[0].New;
        Directory.CreateDirectory(wal);
        File.WriteAllText(Path.Combine(wal, "000000010000000000000001"), "live");
        Directory.CreateSymbolicLink(Path.Combine(Home, "pg_wal"), wal);

        var failure = Assert.Throws<PostgresToolException>(
            () => Copies(walOption: Location).Begin([], Self, beside: true));

        Assert.StartsWith($"{wal} exists, and nothing is recorded of it", failure.Message);
        Assert.True(File.Exists(Path.Combine(wal, "000000010000000000000001")));
    }

    [Fact]
    public void Replaced_data_are_deleted_in_portions_and_count_for_nothing_from_the_first_on()
    {
        OldCopy();
        var copies = Copies();
        var record = copies.Begin([("111", "/source")], Self, beside: true);
        Clone(record, "111");
        copies.MarkWhole(record);
        copies.SwapIn();
        Assert.Equal(ReplacementStage.Swapped, DataCopies.ReadProgress(new CopyFile(_root))!.Stage);

        using var over = new CancellationTokenSource();
        over.Cancel();
        Assert.ThrowsAny<OperationCanceledException>(() => copies.DropReplaced(over.Token));

        Assert.Equal(
            new ReplacementProgress(ReplacementStage.Dropping, null), DataCopies.ReadProgress(new CopyFile(_root)));
        Assert.True(Path.Exists(Home + ".old"));

        // By the next portion, or before another clone begins, which has to have the place.
        copies.Begin([("111", "/source")], Self, beside: true);
        Assert.False(Path.Exists(Home + ".old"));
        Assert.Equal("new", File.ReadAllText(Path.Combine(Location, Catalog, "file")));
        Assert.Equal([Path.Combine(Location, Catalog)], Directory.GetFileSystemEntries(Location));
    }

    [Fact]
    public void A_restore_that_broke_off_is_emptied_where_the_keeper_had_its_own_and_nowhere_else()
    {
        OldCopy();
        Copies().Empty(CancellationToken.None);
        Copies().BeginRestore();
        OldCopy();
        Fill(Path.Combine(In("foreign"), Catalog), "another server's");
        Directory.CreateSymbolicLink(Path.Combine(Home, "pg_tblspc", "333"), In("foreign"));

        // Also when a clone beside it was begun meanwhile.
        var beside = Copies().Begin([("333", In("foreign-alike"))], Self, beside: true);
        Assert.Equal((false, true), (beside.Spaces[0].Ours, beside.Spaces[1].Ours));
        Copies().Empty(CancellationToken.None);

        Assert.Empty(Directory.GetFileSystemEntries(Location));
        Assert.True(File.Exists(Path.Combine(In("foreign"), Catalog, "file")));
        Assert.Empty(Directory.GetFileSystemEntries(Home));
    }

    [Fact]
    public void Once_its_server_has_started_the_links_of_a_restore_are_its_own()
    {
        Copies().BeginRestore();
        OldCopy();

        Copies().Accept();
        Copies().Empty(CancellationToken.None);

        Assert.Empty(Directory.GetFileSystemEntries(Location));
    }

    private string In(string name) => Path.Combine(_root, name);

    private DataCopies Copies(string? walOption = null) =>
        new(new DataDirectory(Home), new CopyFile(_root), walOption, Version, NullLogger.Instance);

    /// <summary>With tablespace 111.</summary>
    private void OldCopy()
    {
        Fill(Path.Combine(Location, Catalog), "old");
        Directory.CreateDirectory(Path.Combine(Home, "pg_tblspc"));
        Directory.CreateSymbolicLink(Path.Combine(Home, "pg_tblspc", "111"), Location);
    }

    /// <summary>As pg_basebackup leaves it.</summary>
    private static void Clone(CopyRecord record, string oid)
    {
        var space = record.Spaces.Single(s => s.Oid == oid);
        Fill(Path.Combine(space.New, Catalog), "new");
        Directory.CreateDirectory(Path.Combine(record.New!, "pg_tblspc"));
        Directory.CreateSymbolicLink(Path.Combine(record.New!, "pg_tblspc", oid), space.New);
    }

    private static void Fill(string directory, string text)
    {
        Directory.CreateDirectory(directory);
        File.WriteAllText(Path.Combine(directory, "file"), text);
    }
}
