using Npgsql;
using Stolon.Forwarding.Tests.Rig;
using Stolon.Testing;

namespace Stolon.Forwarding.Tests;

/// <summary>Common operations of clients with a real PostgreSQL behind the proxy.</summary>
public abstract class PostgresTests(EngineKind kind)
{
    [Fact]
    public async Task Prepared_statements_are_executed()
    {
        await using var forward = Forward.To(kind, (await RealPostgres.LoopContext).Address);
        await using var connection = await RealPostgres.ConnectAsync(forward.Address);
        await using var add = new NpgsqlCommand("select $1 + $2", connection);
        add.Parameters.Add(new NpgsqlParameter<int>());
        add.Parameters.Add(new NpgsqlParameter<int>());
        await add.PrepareAsync();
        for (var i = 0; i < 500; i++)
        {
            (add.Parameters[0].Value, add.Parameters[1].Value) = (i, 1000);
            Assert.Equal(i + 1000, await add.ExecuteScalarAsync());
        }
    }

    [Fact]
    public async Task Rows_copied_in_and_out_are_the_same()
    {
        const int Rows = 100_000;
        var postgres = await RealPostgres.LoopContext;
        await using var forward = Forward.To(kind, postgres.Address);
        await using var connection = await RealPostgres.ConnectAsync(forward.Address);
        await using var create = new NpgsqlCommand("create temp table t (n int, s text)", connection);
        await create.ExecuteNonQueryAsync();
        var random = new Random(3);
        var lines = Enumerable.Range(0, Rows).Select(n => $"{n}\t{random.NextInt64():x16}{new string('x', n % 200)}")
            .ToList();

        await using (var writer = await connection.BeginTextImportAsync("copy t from stdin"))
        {
            foreach (var line in lines)
            {
                await writer.WriteAsync(line + "\n");
            }
        }

        await using var hash = new NpgsqlCommand("select md5(string_agg(n || E'\\t' || s, ',' order by n)) from t",
            connection);
        Assert.Equal(Md5(string.Join(',', lines)), await hash.ExecuteScalarAsync());
        using var reader = await connection.BeginTextExportAsync("copy (select * from t order by n) to stdout");
        for (var i = 0; i < Rows; i++)
        {
            Assert.Equal(lines[i], await reader.ReadLineAsync());
        }
    }

    [Fact]
    public async Task A_notification_arrives()
    {
        await using var forward = Forward.To(kind, (await RealPostgres.LoopContext).Address);
        await using var listener = await RealPostgres.ConnectAsync(forward.Address);
        await using var notifier = await RealPostgres.ConnectAsync(forward.Address);
        var received = new TaskCompletionSource<string>();
        listener.Notification += (_, n) => received.TrySetResult(n.Payload);
        await using var listen = new NpgsqlCommand("listen news", listener);
        await listen.ExecuteNonQueryAsync();

        var waiting = listener.WaitAsync();
        await using var notify = new NpgsqlCommand("notify news, 'here'", notifier);
        await notify.ExecuteNonQueryAsync();

        await Eventually.CompleteAsync(waiting, Client.Patience, "the notification comes");
        Assert.Equal("here", await received.Task);
    }

    [Fact]
    public async Task A_query_can_be_cancelled()
    {
        var postgres = await RealPostgres.LoopContext;
        await using var forward = Forward.To(kind, postgres.Address);
        await using var connection = await RealPostgres.ConnectAsync(forward.Address);
        await using var sleep = new NpgsqlCommand("select pg_sleep(60) as cancel_me", connection);
        var sleeping = sleep.ExecuteScalarAsync();
        await Eventually.BeAsync(
            "1",
            () => postgres.AskAsync(
                "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and query like '%cancel_me'"),
            Client.Patience,
            "the query runs");

        sleep.Cancel();

        var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sleeping.WaitAsync(Client.Patience));
        Assert.Equal("57014", Assert.IsType<PostgresException>(error.InnerException).SqlState);
        await using var still = new NpgsqlCommand("select 1", connection);
        Assert.Equal(1, await still.ExecuteScalarAsync());
    }

    [Fact]
    public async Task A_wrong_password_shows_the_error_of_PostgreSQL()
    {
        await using var forward = Forward.To(kind, (await RealPostgres.LoopContext).Address);
        foreach (var mode in new[] { "disable", "prefer" })
        {
            var to = $"host=127.0.0.1 port={forward.Address.Port} user={RealPostgres.Guarded} dbname=postgres "
                + $"sslmode={mode}";
            var (refused, why) = await RealPostgres.PsqlAsync(to, "select 'in'", "wrong");
            Assert.Equal(2, refused);
            Assert.Contains("password authentication failed for user \"guarded\"", why);
            Assert.Equal((0, "in\n"), await RealPostgres.PsqlAsync(to, "select 'in'", RealPostgres.GuardedPassword));
        }
    }

    [Theory]
    [InlineData("INT", "57P01")]
    [InlineData("QUIT", null)]
    public async Task Clients_see_a_restart_and_new_ones_are_served(string signal, string? state)
    {
        var postgres = await RealPostgres.LoopContext;
        await using var forward = Forward.To(kind, postgres.Address);
        var before = Descriptors.Sockets;
        await using (var idle = await RealPostgres.ConnectAsync(forward.Address))
        await using (var busy = await RealPostgres.ConnectAsync(forward.Address))
        {
            await using var sleep = new NpgsqlCommand("select pg_sleep(60)", busy);
            var sleeping = sleep.ExecuteScalarAsync();
            await postgres.RestartAsync(
                signal,
                () => Assert.ThrowsAnyAsync<NpgsqlException>(() => RealPostgres.ConnectAsync(forward.Address)));

            // In an immediate shutdown, PostgreSQL only sends a warning before it closes.
            var error = await Assert.ThrowsAnyAsync<NpgsqlException>(() => sleeping.WaitAsync(Client.Patience));
            Assert.Equal(state, (error as PostgresException)?.SqlState);
            await using var ask = new NpgsqlCommand("select 1", idle);
            await Assert.ThrowsAnyAsync<NpgsqlException>(() => ask.ExecuteScalarAsync().WaitAsync(Client.Patience));
        }

        await using (var next = await RealPostgres.ConnectAsync(forward.Address))
        {
            await using var ask = new NpgsqlCommand("select 1", next);
            Assert.Equal(1, await ask.ExecuteScalarAsync());
        }

        // Npgsql leaves the socket of a refused attempt to the garbage collector.
        GC.Collect();
        GC.WaitForPendingFinalizers();
        await Descriptors.EventuallyAsync(before);
    }

    [Fact]
    public async Task A_change_of_destination_ends_a_transaction_on_both_sides()
    {
        var postgres = await RealPostgres.LoopContext;
        await postgres.AskAsync("create table if not exists written (n int)");
        await using var forward = Forward.To(kind, postgres.Address);
        await using var connection = await RealPostgres.ConnectAsync(
            forward.Address, s => { s.ApplicationName = "cut"; return s; });
        await using var transaction = await connection.BeginTransactionAsync();
        await using var write = new NpgsqlCommand("insert into written values (1)", connection, transaction);
        await write.ExecuteNonQueryAsync();

        forward.Engine.Route(null);

        await Assert.ThrowsAnyAsync<NpgsqlException>(() => transaction.CommitAsync().WaitAsync(Client.Patience));
        await Eventually.BeAsync(
            "0",
            () => postgres.AskAsync("select count(*) from pg_stat_activity where application_name = 'cut'"),
            Client.Patience,
            "PostgreSQL has ended the session");
        Assert.Equal("0", await postgres.AskAsync("select count(*) from written"));
    }

    private static string Md5(string text) =>
#pragma warning disable CA5351 // The same function as in PostgreSQL; nothing is secret.
        Convert.ToHexStringLower(System.Security.Cryptography.MD5.HashData(System.Text.Encoding.UTF8.GetBytes(text)));
#pragma warning restore CA5351

    public sealed class OnEpoll() : PostgresTests(EngineKind.Epoll);

    public sealed class OnPortableSockets() : PostgresTests(EngineKind.Portable);
}
