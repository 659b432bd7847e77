using System.Diagnostics;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Contract;
using Stolon.Store.Election;
using Stolon.Store.KeyValue;
using Stolon.Testing;

namespace Stolon.Store.Tests.Sqlite;

/// <summary>Several processes with one file, some of them killed or stopped.</summary>
public sealed class SqliteProcessTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);
    private readonly TemporaryDirectory _directory = new("sqlite");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string File => _directory.File("store.db");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Many_processes_create_the_file_concurrently_without_a_lost_write()
    {
        var children = Enumerable.Range(0, 4).Select(_ => SqliteChild.Start(nameof(SqliteChild.AddAsync), File))
            .ToList();

        await Eventually.BeTrueAsync(() => children.All(c => c.HasExited), Soon * 2, "they have added their ones");
        children.ForEach(c => c.Dispose());

        Assert.All(children, c => Assert.Equal("", c.Output));
        using var store = SharedSqlite.Store(File);
        var sum = await store.GetAsync(SqliteChild.Key, Token);
        Assert.Equal(children.Count * SqliteChild.Additions, SqliteChild.Number(sum!.Value));
    }

    [Fact]
    public async Task A_killed_writer_leaves_the_last_acknowledged_value_or_the_complete_next_one()
    {
        using var store = SharedSqlite.Store(File);
        for (var round = 1; round <= 5; round++)
        {
            using var child = SqliteChild.Start(nameof(SqliteChild.WriteAsync), File);
            await Eventually.BeTrueAsync(() => Lines(child).Length >= 5, Soon, "it writes");
            child.Kill();

            // The last line may have been lost with the process.
            var acknowledged = int.Parse(Lines(child)[^1], System.Globalization.CultureInfo.InvariantCulture);
            var entry = await store.GetAsync(SqliteChild.Key, Token);
            var words = Encoding.UTF8.GetString(entry!.Value.Span).Split(' ');
            Assert.Equal(20_000, words.Length);
            Assert.InRange(SqliteChild.Number(Encoding.UTF8.GetBytes(Assert.Single(words.Distinct()))),
                acknowledged, acknowledged + 3);
            Assert.IsType<SwapResult.Stored>(
                await store.SwapAsync(SqliteChild.Key, Bytes("after"), entry.Revision, null, Token));
        }
    }

    [Fact]
    public async Task A_process_stopped_during_a_write_blocks_other_writers_only_until_their_timeout()
    {
        using var store = SharedSqlite.Store(File, TimeSpan.FromSeconds(1));
        await store.PutAsync("a", Bytes("before"), null, Token);
        await using var watch = await RunningWatch.StartAsync(store, "a");
        using var child = SqliteChild.Start(nameof(SqliteChild.HoldAsync), File);
        await Eventually.BeTrueAsync(() => child.Output.Contains("holds", StringComparison.Ordinal), Soon, "it holds");
        child.Freeze();
        var clock = Stopwatch.StartNew();

        // Two concurrent writes: the second waits behind the first.
        var writes = await Task.WhenAll(Failure(store.PutAsync("a", Bytes("1"), null, Token)),
            Failure(store.SwapAsync("b", Bytes("1"), null, null, Token)));

        Assert.InRange(clock.Elapsed, TimeSpan.FromSeconds(0.9), TimeSpan.FromSeconds(3));
        Assert.All(writes, message => Assert.Equal(
            $"sqlite {File}: another process has held the lock of the file for 1 s (check for a stopped process); "
            + "nothing was written",
            message));
        Assert.Equal("before", Text(await store.GetAsync("a", Token)));
        Assert.Equal(1, watch.SignalCount);

        child.Kill();
        await store.PutAsync("c", Bytes("1"), null, Token);
        Assert.Equal("before", Text(await store.GetAsync("a", Token)));
        Assert.Null(await store.GetAsync("b", Token));
    }

    [Fact]
    public async Task A_caller_that_stops_waiting_for_the_lock_writes_nothing()
    {
        using var store = SharedSqlite.Store(File);
        await store.PutAsync("a", Bytes("before"), null, Token);
        using var child = SqliteChild.Start(nameof(SqliteChild.HoldAsync), File);
        await Eventually.BeTrueAsync(() => child.Output.Contains("holds", StringComparison.Ordinal), Soon, "it holds");
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);

        var write = store.PutAsync("a", Bytes("after"), null, giveUp.Token);
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => write);
        child.Kill();
        await store.PutAsync("b", Bytes("1"), null, Token);

        Assert.Equal("before", Text(await store.GetAsync("a", Token)));
    }

    [Fact]
    public async Task A_leader_stopped_beyond_its_lease_is_replaced_and_cannot_write_afterwards()
    {
        using var store = SharedSqlite.Store(File);
        using var child = SqliteChild.Start(nameof(SqliteChild.LeadAsync), File);
        await Eventually.BeTrueAsync(() => child.Output.Contains("leads", StringComparison.Ordinal), Soon, "it leads");
        var election = new LeaseElection(store, "office", SqliteChild.Life, TimeProvider.System, NullLogger.Instance);
        Assert.Equal("child", await election.LeaderAsync(Token));

        child.Freeze();
        var campaign = election.CampaignAsync("other", Token);
        await Eventually.CompleteAsync(campaign, Soon, "the other is elected");
        await using var leadership = await campaign;
        child.Signal("CONT");

        await Eventually.SeeAsync(
            () => Task.FromResult(child.Output),
            output => output.Contains("held: False\nConflict", StringComparison.Ordinal),
            Soon,
            "it does not lead, and cannot write");
        Assert.True(leadership.Held);
    }

    [Fact]
    public async Task Another_user_gets_an_error_that_names_the_file()
    {
        Assert.SkipUnless(OrdinaryUser.IsNeeded, "only root can be another user");
        using (var store = SharedSqlite.Store(File))
        {
            await store.PutAsync("a", Bytes("1"), null, Token);
        }

        using var programs = new TemporaryDirectory("sqlite-other");
        var child = Path.Combine(programs.Path, "tests", Path.GetFileName(Environment.ProcessPath!));
        await RunAsync("cp", "-r", AppContext.BaseDirectory, programs.File("tests"));
        await RunAsync("chmod", "-R", "a+rX", programs.Path, _directory.Path);

        string[] command =
            [.. OrdinaryUser.Command([child, SqliteChild.Command, nameof(SqliteChild.PutAsync), File])];
        using var other = ServerProcess.Start(command[0], command[1..]);

        await Eventually.SeeAsync(
            () => Task.FromResult(other.Output),
            output => output.StartsWith($"sqlite {File}: ", StringComparison.Ordinal)
                && output.Contains(" may not write it", StringComparison.Ordinal),
            Soon,
            "it is logged");
    }

    private static async Task RunAsync(params string[] command)
    {
        using var process = ServerProcess.Start(command[0], command[1..]);
        await Eventually.BeTrueAsync(() => process.HasExited, Soon, $"{command[0]} ends");
    }

    private static async Task<string> Failure(Task write) =>
        (await Assert.ThrowsAsync<StoreUnavailableException>(() => write)).Message;

    private static string[] Lines(ServerProcess child) =>
        child.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string? Text(KeyValueEntry? entry) =>
        entry is null ? null : Encoding.UTF8.GetString(entry.Value.Span);
}
