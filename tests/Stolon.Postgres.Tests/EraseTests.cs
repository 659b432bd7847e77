using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Model;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

public sealed class EraseTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_running_server_is_not_erased()
    {
        await using var instance = await TestInstance.RunningAsync();

        await Assert.ThrowsAsync<PostgresToolException>(() => instance.Server.EraseAsync(CancellationToken.None));

        Assert.NotNull((await instance.Server.InspectAsync(CancellationToken.None)).Server!.Answers);
    }

    [Fact]
    public async Task What_PostgreSQL_made_goes_tablespaces_included_and_no_other_link_is_followed()
    {
        await using var instance = await TestInstance.RunningAsync();
        var tablespace = Path.Combine(instance.Directory, "space");
        var elsewhere = Path.Combine(instance.Directory, "elsewhere");
        Directory.CreateDirectory(tablespace);
        Directory.CreateDirectory(elsewhere);
        await File.WriteAllTextAsync(Path.Combine(tablespace, "not PostgreSQL's"), "");
        await File.WriteAllTextAsync(Path.Combine(elsewhere, "precious"), "");
        await instance.SqlAsync($"create tablespace space location '{tablespace}'");
        await instance.SqlAsync("create table t (n int) tablespace space");
        Assert.NotEmpty(Directory.GetDirectories(tablespace, "PG_*"));
        await instance.Server.StopAsync(CancellationToken.None);
        Directory.CreateSymbolicLink(Path.Combine(instance.Postgres, "link"), elsewhere);

        await instance.Server.EraseAsync(CancellationToken.None);

        Assert.Empty(Directory.GetFileSystemEntries(instance.Postgres));
        Assert.Equal([Path.Combine(tablespace, "not PostgreSQL's")], Directory.GetFileSystemEntries(tablespace));
        Assert.True(File.Exists(Path.Combine(elsewhere, "precious")));
        var look = await instance.Server.InspectAsync(CancellationToken.None);
        Assert.Null(look.Data);
        Assert.False(look.DirectoryHasFiles);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_links_of_a_restore_lead_to_is_the_other_servers_until_the_restored_has_started(bool fails)
    {
        await using var other = await TestInstance.RunningAsync();
        var (space, wal) = (Path.Combine(other.Directory, "space"), Path.Combine(other.Directory, "wal"));
        Directory.CreateDirectory(space);
        await other.SqlAsync($"create tablespace space location '{space}'");
        await other.SqlAsync("create table t tablespace space as select 1 as n");
        await other.Server.StopAsync(CancellationToken.None);
        await TestInstance.RunAsync("mv", Path.Combine(other.Postgres, "pg_wal"), wal);
        await TestInstance.RunAsync("ln", "-s", wal, Path.Combine(other.Postgres, "pg_wal"));
        await other.StartAsync(other.Configuration());
        await using var instance = TestInstance.Empty();

        // With its links, on the host where the server of the backup lives.
        var command = $"cp -a {other.Postgres}/. %d; rm -f %d/postmaster.pid; exit {(fails ? 1 : 0)}";
        if (fails)
        {
            await Assert.ThrowsAsync<PostgresToolException>(
                () => instance.Server.RestoreAsync(command, CancellationToken.None));
        }
        else
        {
            // Its start fails, or the keeper is killed: it is made anew.
            await instance.Server.RestoreAsync(command, CancellationToken.None);
            using var next = instance.NewServer();
            await next.EraseAsync(CancellationToken.None);
        }

        Assert.Empty(Directory.GetFileSystemEntries(instance.Postgres));
        Assert.Contains(
            instance.Log.Texts, t => t.StartsWith($"nothing is deleted at {space}", StringComparison.Ordinal));
        await other.Server.StopAsync(CancellationToken.None);
        await other.StartAsync(other.Configuration());
        Assert.Equal("1", await other.SqlAsync("select n from t"));
    }

    [Fact]
    public async Task A_tool_that_outlived_a_killed_keeper_is_ended_first()
    {
        await using var instance = TestInstance.Empty();
        using var keeper = await KilledKeeper.RestoringAsync(
            instance, "while :; do echo x >> %d/file; sleep 0.01; done");
        await keeper.KillAsync();

        await instance.Server.EraseAsync(CancellationToken.None);

        Assert.Contains(instance.Log.Texts, t => t.StartsWith("killing process", StringComparison.Ordinal));
        Assert.False((await instance.Server.InspectAsync(CancellationToken.None)).DirectoryHasFiles);
        await instance.Server.InitDbAsync(new NewConfig(), CancellationToken.None);
    }

    [Fact]
    public async Task Backends_that_outlive_their_server_forbid_an_erase()
    {
        await using var instance = await TestInstance.RunningAsync();
        var backend = await instance.SqlAsync(
            "select pid from pg_stat_activity where backend_type = 'checkpointer'");
        await TestInstance.RunAsync("kill", "-STOP", backend!);
        await TestInstance.RunAsync("kill", "-KILL", $"{instance.ProcessId}");
        await instance.Server.WaitForExitAsync(CancellationToken.None).WaitAsync(Soon);

        var failure = await Assert.ThrowsAsync<PostgresToolException>(
            () => instance.Server.EraseAsync(CancellationToken.None));

        Assert.Contains(backend!, failure.Message);
        await TestInstance.RunAsync("kill", "-CONT", backend!);
        await Eventually.BeTrueAsync(() => !Directory.Exists($"/proc/{backend}"), Soon, "it notices its server's end");
        await instance.Server.EraseAsync(CancellationToken.None);
    }
}
