using Npgsql;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

[Collection(AsynchronousCluster.Name)]
public sealed class ReadOnlyPortTests(AsynchronousCluster fixture) : ClusterTest(fixture)
{
    /// <summary>A check of the proxy, a report of a keeper and a write of the sentinel: each second one.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Readers_are_spread_over_the_standbys_cannot_write_and_leave_one_that_is_promoted()
    {
        var reading = ReadOnlyProxy.Start(Cluster);
        var former = await Cluster.PrimaryAsync();
        await reading.SpreadAsync(Cluster.Others(former), each: 2, Soon);
        var readers = await reading.OneEachAsync(Cluster.Others(former));

        var refused = await Assert.ThrowsAsync<PostgresException>(
            () => Sql.AskAsync(readers.Values.First(), "insert into rows (id) values (-1)"));
        Assert.Equal(PostgresErrorCodes.ReadOnlySqlTransaction, refused.SqlState);

        // Stopped in order, it has sent everything to both: the one that is not elected keeps its place.
        await former.Process.StopAsync(TimeSpan.FromSeconds(20));
        var successor = await Cluster.SuccessorAsync(former, FailoverTime);
        await Eventually.BeAsync(
            null, () => ReadOnlyProxy.ServerOfAsync(readers[successor.Port]), Soon, "its reader has been cut");
        var other = Cluster.Others(former).Single(k => k != successor);
        Assert.Equal(other.Port, await reading.LeadsToAsync());

        // Nobody but the readers of the one that was promoted has noticed anything.
        Assert.Equal(other.Port, await ReadOnlyProxy.ServerOfAsync(readers[other.Port]));
        former.Process.Start();
        await Cluster.SettleAsync(Cluster.Keepers.Count, proxies: 2);
        Assert.Equal(other.Port, await ReadOnlyProxy.ServerOfAsync(readers[other.Port]));
        await readers[other.Port].DisposeAsync();
        await reading.SpreadAsync(Cluster.Others(successor), each: 1, Soon);
    }

    [Fact]
    public async Task Readers_leave_a_standby_that_falls_behind_and_end_at_the_primary_only_if_told_so()
    {
        string[] limit = ["--ro-max-lag", "4s"];
        var strict = ReadOnlyProxy.Start(Cluster, limit);
        var lenient = ReadOnlyProxy.Start(Cluster, [.. limit, "--ro-fallback-to-primary"]);
        var primary = await Cluster.PrimaryAsync();
        var standbys = Cluster.Others(primary).ToList();
        await strict.SpreadAsync(standbys, each: 1, Soon);
        await lenient.SpreadAsync(standbys, each: 1, Soon);
        await using var writer = await Cluster.WriteRowsAsync();
        await using var reader = await strict.ConnectAsync();
        var behind = standbys.Single(k => k.Port == ReadOnlyProxy.ServerOfAsync(reader).Result);
        try
        {
            behind.SendTo("walreceiver", Signal.Stop);
            await Eventually.BeAsync(
                null, () => ReadOnlyProxy.ServerOfAsync(reader), Soon + Soon, "its reader has been cut");
            var other = standbys.Single(k => k != behind);
            Assert.Equal(other.Port, await strict.LeadsToAsync());
            Assert.Equal(other.Port, await lenient.LeadsToAsync());

            other.SendTo("walreceiver", Signal.Stop);
            await Eventually.BeAsync(null, strict.LeadsToAsync, Soon + Soon, "there is no standby to read from");
            await Eventually.BeAsync(primary.Port, lenient.LeadsToAsync, Soon, "the primary is the last choice");
            await using var atPrimary = await lenient.ConnectAsync();
            Assert.Equal("-2", await Sql.AskAsync(atPrimary, "insert into rows (id) values (-2) returning id"));
            await Sql.AskAsync(atPrimary, "delete from rows where id = -2");
        }
        finally
        {
            standbys.ForEach(k => k.SendTo("walreceiver", Signal.Continue));
        }

        await strict.SpreadAsync(standbys, each: 1, Soon + Soon);
        await lenient.SpreadAsync(standbys, each: 1, Soon);
    }

    [Fact]
    public async Task Readers_leave_a_standby_that_receives_and_does_not_replay_and_come_back_when_it_does()
    {
        var byTime = ReadOnlyProxy.Start(Cluster, "--ro-max-lag", "4s");
        var byBytes = ReadOnlyProxy.Start(Cluster, "--ro-max-lag", "0s", "--ro-max-lag-bytes", "4000000");
        var primary = await Cluster.PrimaryAsync();
        var standbys = Cluster.Others(primary).ToList();
        await byTime.SpreadAsync(standbys, each: 1, Soon);
        await byBytes.SpreadAsync(standbys, each: 1, Soon);
        await using var writer = await Cluster.WriteRowsAsync();
        await using var reader = await byTime.ConnectAsync();
        var behind = standbys.Single(k => k.Port == ReadOnlyProxy.ServerOfAsync(reader).Result);
        var other = standbys.Single(k => k != behind);
        await using var another = (await byBytes.OneEachAsync(standbys))[behind.Port];
        try
        {
            Assert.NotNull(await behind.AskAsync("select pg_wal_replay_pause()::text"));
            Assert.NotNull(await primary.AskAsync(
                "select pg_logical_emit_message(false, 'test', repeat('x', 10000000))::text"));
            await Eventually.BeAsync(
                null, () => ReadOnlyProxy.ServerOfAsync(reader), Soon + Soon, "its reader has been cut");
            await Eventually.BeAsync(
                null, () => ReadOnlyProxy.ServerOfAsync(another), Soon, "its reader has been cut, for the bytes");
            Assert.Equal(other.Port, await byTime.LeadsToAsync());
            await Eventually.BeAsync(other.Port, byBytes.LeadsToAsync, Soon, "new readers go to the other one");

            var status = (await Cluster.InstanceAsync(behind))!["status"]!;
            Assert.True((ulong)status["xLogPos"]! - (ulong)status["replayPos"]! > 10_000_000, $"{status}");
            Assert.Null((await Cluster.InstanceAsync(primary))!["status"]!["replayPos"]);
        }
        finally
        {
            await behind.AskAsync("select pg_wal_replay_resume()::text");
        }

        await byTime.SpreadAsync(standbys, each: 1, Soon + Soon);
        await byBytes.SpreadAsync(standbys, each: 1, Soon);
    }

    [Fact]
    public async Task A_query_can_be_cancelled_at_whichever_standby_it_runs()
    {
        var reading = ReadOnlyProxy.Start(Cluster);
        var standbys = Cluster.Others(await Cluster.PrimaryAsync()).ToList();
        await reading.SpreadAsync(standbys, each: 1, Soon);
        foreach (var standby in standbys)
        {
            await using var reader = await reading.ConnectToAsync(standby);
            var process = await Sql.AskAsync(reader, "select pg_backend_pid()");
            await CancelAsync(reader, standby);
            Assert.Equal(standby.Port, await ReadOnlyProxy.ServerOfAsync(reader));

            // Wherever the request itself was led to: the other one has heard it too.
            await Eventually.BeTrueAsync(
                () => standbys.Single(k => k != standby).Process.Log.Contains($"PID {process} in cancel request"),
                Soon,
                "the other standby knows no such process");
        }
    }

    [Fact]
    public async Task A_proxy_that_drains_lets_a_transaction_finish_and_ends_with_it()
    {
        var proxy = ReadOnlyProxy.Start(Cluster, "--drain-timeout", "60s").Proxy;
        await Eventually.BeAsync("1", () => proxy.AskAsync("select 1"), Soon, "the proxy leads to the primary");
        await using var client = await proxy.ConnectAsync();
        await using var transaction = await client.BeginTransactionAsync();
        await Sql.AskAsync(client, "insert into rows (id) values (-3)");
        var end = proxy.Process.StopAsync(TimeSpan.FromSeconds(30));
        await Eventually.BeAsync(false, proxy.IsOpenAsync, Soon, "the port is closed");

        Assert.Equal("-3", await Sql.AskAsync(client, "delete from rows where id = -3 returning id"));
        Assert.Equal(2, (await Cluster.Ctl.StatusAsync()).Proxies.Count);
        await transaction.CommitAsync();
        Assert.False(end.IsCompleted);
        await client.CloseAsync();

        Assert.Equal(0, await end);
        Assert.Single((await Cluster.Ctl.StatusAsync()).Proxies);
    }

    private static async Task CancelAsync(NpgsqlConnection reader, Keeper at)
    {
        await using var sleep = new NpgsqlCommand("select pg_sleep(60) as cancel_me", reader) { CommandTimeout = 60 };
        var sleeping = sleep.ExecuteScalarAsync();
        await using var direct = await Sql.ConnectAsync(at.Port, Sql.Superuser);
        await Eventually.BeAsync(
            "1",
            () => Sql.AskAsync(
                direct,
                "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and query like '%cancel_me'"),
            Soon,
            "the query runs");

        sleep.Cancel();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sleeping.WaitAsync(Soon));
        Assert.Equal(PostgresErrorCodes.QueryCanceled, Assert.IsType<PostgresException>(error.InnerException).SqlState);
    }
}
