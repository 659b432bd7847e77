using System.Text;
using Microsoft.Data.Sqlite;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Sqlite;
using Stolon.Testing;

namespace Stolon.Store.Tests.Sqlite;

/// <summary>Invalid files, and disk problems.</summary>
public sealed class SqliteFileTests : IDisposable
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);
    private readonly TemporaryDirectory _directory = new("sqlite");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Path => _directory.File("store.db");

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("", "needs the path of its file")]
    [InlineData("http://127.0.0.1:2379", "not the address of a server")]
    [InlineData("/a/store.db,/b/store.db", "one file")]
    [InlineData("store.db", "absolute path")]
    [InlineData("/var/lib/stolon/", "not of a directory")]
    public void Endpoints_that_are_not_the_path_of_a_file_are_refused_at_the_start(string endpoints, string problem)
    {
        var refusal = Assert.Throws<StoreOptionsException>(() => SqliteOptions.ParseFile(endpoints));

        Assert.Contains(problem, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Data_remain_after_all_programs_have_ended()
    {
        string revision;
        using (var store = SharedSqlite.Store(Path))
        {
            await store.PutAsync("a", Bytes("1"), null, Token);
            await store.PutAsync("report", Bytes("1"), Life, Token);
            revision = (await store.GetAsync("a", Token))!.Revision.Value;
        }

        using var again = SharedSqlite.Store(Path);
        Assert.Equal(revision, (await again.GetAsync("a", Token))!.Revision.Value);
        Assert.NotNull(await again.GetAsync("report", Token));
        Assert.IsType<SwapResult.Stored>(
            await again.SwapAsync("a", Bytes("2"), new Revision(revision), null, Token));
    }

    [Fact]
    public async Task A_reboot_removes_all_entries_that_expire_and_no_others()
    {
        using (var store = SharedSqlite.Store(Path, bootId: "before"))
        {
            await store.PutAsync("a", Bytes("1"), null, Token);
            await store.PutAsync("report", Bytes("1"), Life, Token);
            await store.EnterAsync("office/1", "one", (await store.GrantAsync(Life, Token)).Id, Token);
        }

        using var after = SharedSqlite.Store(Path, bootId: "after");
        Assert.NotNull(await after.GetAsync("a", Token));
        Assert.Null(await after.GetAsync("report", Token));
        Assert.Empty(await after.CandidaciesAsync("office/", Token));
    }

    [Fact]
    public async Task The_file_is_readable_by_its_owner_and_by_a_group_that_may_write_the_directory()
    {
        const UnixFileMode Own = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        const UnixFileMode Group = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
        foreach (var (shared, mode) in new[] { (false, Own), (true, Own | Group) })
        {
            var directory = Directory.CreateDirectory(_directory.File($"{shared}")).FullName;
            File.SetUnixFileMode(
                directory, Own | UnixFileMode.UserExecute | (shared ? Group | UnixFileMode.GroupExecute : default));
            using var store = SharedSqlite.Store($"{directory}/store.db");

            await store.PutAsync("a", Bytes("1"), null, Token);

            Assert.All(Directory.GetFiles(directory), f => Assert.Equal(mode, File.GetUnixFileMode(f)));
            Assert.Equal(3, Directory.GetFiles(directory).Length);
        }
    }

    [Fact]
    public async Task A_missing_directory_is_reported()
    {
        var failure = await FailureAsync(_directory.File("missing/store.db"));

        Assert.Contains(
            $"the directory {_directory.File("missing")} does not exist", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_file_system_is_refused_and_a_local_one_is_not()
    {
        var refusal = Assert.Throws<StoreUnavailableException>(() => SqliteFile.RefuseNetwork(Path, "nfs"));
        Assert.StartsWith(
            $"sqlite {Path}: this is on a network file system (nfs)", refusal.Message, StringComparison.Ordinal);

        foreach (var local in new[] { "ext4", "xfs", "btrfs", "tmpfs", "overlayfs", "fuse" })
        {
            SqliteFile.RefuseNetwork(Path, local);
        }
    }

    [Fact]
    public async Task An_impossible_path_makes_the_store_unavailable_for_watches_too()
    {
        var impossible = _directory.File(new string('x', 300));

        Assert.Contains(impossible, await FailureAsync(impossible), StringComparison.Ordinal);
        using var store = SharedSqlite.Store(impossible);
        await Assert.ThrowsAsync<StoreUnavailableException>(() => store.WatchAsync("a", () => { }, Token));
    }

    [Fact]
    public async Task A_directory_is_not_a_file() =>
        Assert.Contains("this is a directory", await FailureAsync(_directory.Path), StringComparison.Ordinal);

    [Fact]
    public async Task A_file_that_is_no_database_is_not_changed()
    {
        var text = new string('x', 5000);
        await File.WriteAllTextAsync(Path, text, Token);

        var failure = await FailureAsync(Path);

        Assert.Contains($"sqlite {Path}: this is not a database, or it is damaged", failure, StringComparison.Ordinal);
        Assert.Equal(text, await File.ReadAllTextAsync(Path, Token));
    }

    [Fact]
    public async Task Another_programs_database_is_not_changed()
    {
        Change("create table theirs (a); insert into theirs values (1)");
        var before = await File.ReadAllBytesAsync(Path, Token);

        var failure = await FailureAsync(Path);

        Assert.Contains("this is another program's database", failure, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(Path, Token));
    }

    [Fact]
    public async Task A_file_of_a_newer_version_is_refused()
    {
        await WrittenAsync();
        Change("pragma user_version = 2");

        Assert.Contains("written by a newer version", await FailureAsync(Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_file_is_refused_and_kept()
    {
        await WrittenAsync();
        var bytes = await File.ReadAllBytesAsync(Path, Token);
        // All pages except the first, which identifies the file.
        bytes.AsSpan(4096).Fill(0x5A);
        await File.WriteAllBytesAsync(Path, bytes, Token);

        var failure = await FailureAsync(Path);

        Assert.Contains($"{Path}: this is not a database, or it is damaged", failure, StringComparison.Ordinal);
        Assert.Contains("docs/reference/sqlite.md", failure, StringComparison.Ordinal);
        Assert.Equal(bytes, await File.ReadAllBytesAsync(Path, Token));
    }

    [Fact]
    public async Task A_truncated_file_is_refused()
    {
        await WrittenAsync();
        using (var file = File.OpenWrite(Path))
        {
            file.SetLength(2 * 4096 + 100);
        }

        Assert.Contains("damaged", await FailureAsync(Path), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_replaced_during_use_is_not_used()
    {
        using var store = SharedSqlite.Store(Path);
        await store.PutAsync("a", Bytes("1"), null, Token);
        File.Delete(Path);

        var read = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetAsync("a", Token));
        using var other = SharedSqlite.Store(_directory.File("other.db"));
        await other.PutAsync("a", Bytes("2"), null, Token);
        File.Move(_directory.File("other.db"), Path);
        var write = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.PutAsync("a", Bytes("3"), null, Token));

        Assert.All([read, write], e => Assert.Contains("deleted or replaced", e.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_full_disk_fails_writes_and_loses_no_data()
    {
        Assert.SkipUnless(OrdinaryUser.IsNeeded, "only root can make a small disk");
        using var disk = new SmallDisk("1m");
        using var store = SharedSqlite.Store(disk.File("store.db"));
        await store.PutAsync("a", Bytes("before"), null, Token);

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.PutAsync("a", new byte[2 * 1024 * 1024], null, Token));

        Assert.Contains($"no space left on the disk of {disk.Path}", failure.Message, StringComparison.Ordinal);
        Assert.Contains("nothing was written", failure.Message, StringComparison.Ordinal);
        Assert.Equal("before", Encoding.UTF8.GetString((await store.GetAsync("a", Token))!.Value.Span));
        await store.PutAsync("a", Bytes("after"), null, Token);
    }

    [Fact]
    public async Task A_read_only_disk_is_reported()
    {
        Assert.SkipUnless(OrdinaryUser.IsNeeded, "only root can make a disk read-only");
        using var disk = new SmallDisk("1m");
        using (var writer = SharedSqlite.Store(disk.File("store.db")))
        {
            await writer.PutAsync("a", Bytes("1"), null, Token);
        }

        disk.MakeReadOnly();
        using var later = SharedSqlite.Store(disk.File("store.db"));
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => later.PutAsync("a", Bytes("2"), null, Token));

        Assert.Contains("the disk must not be read-only", failure.Message, StringComparison.Ordinal);
    }

    private async Task WrittenAsync()
    {
        using var store = SharedSqlite.Store(Path);
        for (var i = 0; i < 20; i++)
        {
            await store.PutAsync($"key{i}", new byte[1000], null, Token);
        }
    }

    /// <summary>Changes the file with SQLite, but not through the store.</summary>
    private void Change(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Path};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>The errors of a read and a write.</summary>
    private static async Task<string> FailureAsync(string file)
    {
        using var store = SharedSqlite.Store(file);
        var read = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetAsync("a", Token));
        var write = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.PutAsync("a", Bytes("1"), null, Token));
        Assert.StartsWith(read.Message, write.Message, StringComparison.Ordinal);
        return read.Message;
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
