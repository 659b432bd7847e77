using Npgsql;
using Stolon.Core.Model;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

/// <summary>What the keeper finds when the server serves, and only its own way to ask is barred.</summary>
[Trait("PostgreSQL", "version")]
public sealed class ObservationTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_refused_replication_password_is_an_obstacle_of_a_healthy_server()
    {
        await using var instance = await TestInstance.RunningAsync();
        var before = await ObserveAsync(instance);
        await instance.SqlAsync($"alter role \"{TestInstance.Replication}\" password 'another'");

        var seen = await ObserveAsync(instance);

        Assert.Contains("28P01", seen.Obstacle);
        Assert.Contains(TestInstance.Replication, seen.Obstacle);
        Assert.DoesNotContain(TestInstance.ReplicationPassword.Reveal, seen.Obstacle);
        Assert.Equal(
            (true, before.SystemIdentifier, before.Timeline), (seen.Healthy, seen.SystemIdentifier, seen.Timeline));
        Assert.True(seen.Position >= before.Position);
        Assert.Null(before.Obstacle);
    }

    [Fact]
    public async Task A_standby_whose_replication_user_may_not_log_in_tells_where_it_is_while_it_streams()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(primary);
        await Eventually.BeTrueAsync(
            async () => (await ObserveAsync(standby)).StreamsFrom == $"127.0.0.1:{primary.Port}", Soon, "it streams");
        await primary.SqlAsync($"alter role \"{TestInstance.Replication}\" nologin");

        await Eventually.SeeAsync(
            () => ObserveAsync(standby),
            seen => seen is { Healthy: true, Obstacle: not null } && seen.Timeline.Value == 1,
            Soon,
            "the change has arrived, and does not matter");

        // Without a stream no function tells the timeline: the keeper cannot tell, but the server serves.
        await primary.Server.StopAsync(CancellationToken.None);
        await Eventually.SeeAsync(
            () => ObserveAsync(standby),
            seen => seen is { Healthy: false, Serves: true, Obstacle: not null, StreamsFrom: null },
            Soon,
            "unobserved");
    }

    [Theory]
    [InlineData("alter role \"Super user\" password 'another'", "28P01")]
    [InlineData("alter role \"Super user\" nologin", "28000")]
    public async Task A_server_that_refuses_the_superuser_serves_all_the_same(string change, string code)
    {
        await using var instance = await TestInstance.RunningAsync();
        await instance.SqlAsync(change);

        // A keeper that has no connections yet.
        using var keeper = instance.NewServer();
        var seen = await keeper.ObserveAsync(CancellationToken.None);

        Assert.Equal((false, true), (seen.Healthy, seen.Serves));
        Assert.Contains(code, seen.Obstacle);
        Assert.Contains("cannot observe", seen.Reason);
        Assert.True(
            (await keeper.InspectAsync(CancellationToken.None)).Server is { Answers: null, RejectsKeeper: true });
    }

    [Fact]
    public async Task A_server_without_its_database_postgres_serves_all_the_same()
    {
        await using var instance = await TestInstance.RunningAsync();
        await OverTcpAsync(instance, "template1", "alter database postgres rename to elsewhere");
        using var keeper = instance.NewServer();

        var seen = await keeper.ObserveAsync(CancellationToken.None);

        Assert.Equal((false, true), (seen.Healthy, seen.Serves));
        Assert.Contains("3D000", seen.Obstacle);
    }

    [Fact]
    public async Task A_server_that_has_no_connection_left_serves_all_the_same()
    {
        await using var instance = await TestInstance.StoppedAsync();
        await instance.StartAsync(instance.Configuration(("max_connections", "8")));
        using var keeper = instance.NewServer();
        var crowd = new List<NpgsqlConnection>();
        try
        {
            var full = await Assert.ThrowsAsync<PostgresException>(async () =>
            {
                while (true)
                {
                    crowd.Add(await OpenAsync(instance, "postgres"));
                }
            });
            Assert.Equal(PostgresErrorCodes.TooManyConnections, full.SqlState);

            var seen = await keeper.ObserveAsync(CancellationToken.None);

            Assert.Equal((false, true), (seen.Healthy, seen.Serves));
            Assert.Contains("53300", seen.Obstacle);
        }
        finally
        {
            crowd.ForEach(c => c.Dispose());
        }
    }

    [Fact]
    public async Task A_server_whose_socket_was_cleaned_away_is_asked_by_tcp()
    {
        await using var instance = await TestInstance.RunningAsync();
        File.Delete($"/tmp/.s.PGSQL.{instance.Port}");
        using var keeper = instance.NewServer();

        var seen = await keeper.ObserveAsync(CancellationToken.None);

        Assert.True(seen.Healthy, seen.Reason);
        Assert.Contains($"/tmp/.s.PGSQL.{instance.Port}", seen.Obstacle);
        Assert.NotNull((await keeper.InspectAsync(CancellationToken.None)).Server!.Answers);
    }

    [Fact]
    public async Task The_keepers_own_socket_is_used_when_the_common_one_is_gone_and_only_the_keeper_may_enter_there()
    {
        await using var instance = await TestInstance.StoppedAsync(
            o => o with { OwnSocketDirectory = Path.Combine(o.DataDirectory, "soc ket"), ListenAddress = "192.0.2.1" });
        await instance.StartAsync(instance.Configuration());
        File.Delete($"/tmp/.s.PGSQL.{instance.Port}");
        using var keeper = instance.NewServer();

        var seen = await keeper.ObserveAsync(CancellationToken.None);

        Assert.True(seen.Healthy, seen.Reason);
        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute,
            File.GetUnixFileMode(instance.Options.OwnSocketDirectory!));
        Assert.Equal(
            $"/tmp,\"{instance.Options.OwnSocketDirectory}\"",
            (await keeper.InspectAsync(CancellationToken.None)).Server!.Answers!.SocketDirectories);
    }

    [Fact]
    public async Task Logins_that_hang_are_the_keepers_trouble_while_writes_come_back()
    {
        await using var instance = await TestInstance.RunningAsync(
            o => o with { RequestTimeout = TimeSpan.FromSeconds(1) });
        Assert.True((await ObserveAsync(instance)).Healthy);
        await using var locking = await OpenAsync(instance, "postgres");
        await using var transaction = await locking.BeginTransactionAsync();
        await using var command = new NpgsqlCommand("lock table pg_authid", locking, transaction);
        await command.ExecuteNonQueryAsync();

        var seen = await ObserveAsync(instance);

        Assert.Equal((false, true), (seen.Healthy, seen.Serves));
        Assert.Contains("does not respond", seen.Obstacle);
    }

    [Fact]
    public async Task A_server_that_is_frozen_or_gone_does_not_serve()
    {
        await using var instance = await TestInstance.RunningAsync();
        await TestInstance.RunAsync("kill", "-STOP", $"{instance.ProcessId}");
        var frozen = await Eventually.SeeAsync(
            () => ObserveAsync(instance), seen => seen.Reason?.Contains("by a signal") is true, Soon, "frozen");
        Assert.Equal((false, null), (frozen.Serves, frozen.Obstacle));
        await TestInstance.RunAsync("kill", "-CONT", $"{instance.ProcessId}");
        await instance.Server.StopAsync(CancellationToken.None);
        var gone = await ObserveAsync(instance);
        Assert.Equal((false, false, null), (gone.Healthy, gone.Serves, gone.Obstacle));
    }

    private static Task<PostgresReport> ObserveAsync(TestInstance instance) =>
        instance.Server.ObserveAsync(CancellationToken.None);

    private static async Task OverTcpAsync(TestInstance instance, string database, string sql)
    {
        await using var connection = await OpenAsync(instance, database);
        await using var end = new NpgsqlCommand(
            "select pg_terminate_backend(pid) from pg_stat_activity where datname = 'postgres'", connection);
        await end.ExecuteNonQueryAsync();
        await Eventually.BeTrueAsync(
            async () =>
            {
                try
                {
                    await using var command = new NpgsqlCommand(sql, connection);
                    await command.ExecuteNonQueryAsync();
                    return true;
                }
                catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse)
                {
                    return false;
                }
            },
            Soon,
            "done");
    }

    private static async Task<NpgsqlConnection> OpenAsync(TestInstance instance, string database)
    {
        var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = instance.Port,
            Username = TestInstance.Superuser,
            Password = TestInstance.SuperuserPassword.Reveal,
            Database = database,
            Pooling = false,
        }.ConnectionString);
        await connection.OpenAsync();
        return connection;
    }
}
