using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>The rig's own instruments on a PostgreSQL without any keeper: a test must not pass because the rig failed
/// to kill.</summary>
public sealed class RigTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly TestDirectory _directory = new();
    private Keeper _postgres = null!;

    public async ValueTask InitializeAsync()
    {
        var port = FreePort.Next();
        var password = _directory.Secret("password", Sql.SuperuserPassword);
        var data = Path.Combine(_directory.Data, "keeper");
        var tools = Programs.PostgresDirectory;
        using var initialization = TestProcess.Prepare("initdb", _directory.Log("initdb"),
        [
            "/bin/sh", "-c",
            $"mkdir {data} && {tools}/initdb -N -D {data}/postgres -U {Sql.Superuser} --pwfile {password} -A md5",
        ]);
        initialization.Start();
        await Eventually.BeTrueAsync(() => initialization.ExitCode == 0, Patience, "initdb succeeds");
        var server = TestProcess.Prepare("postgres", _directory.Log("postgres"),
        [
            $"{tools}/postgres", "-D", $"{data}/postgres", "-p", $"{port}", "-c", "unix_socket_directories=/tmp",
        ]);
        _postgres = new Keeper("keeper", port, data, server);
        await StartAsync();
        await using var connection = await _postgres.ConnectAsync();
        await Sql.AskAsync(connection, TestCluster.ApplicationSql);
    }

    public ValueTask DisposeAsync()
    {
        _postgres.Dispose();
        _directory.Remove();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_frozen_answers_nobody_until_it_thaws()
    {
        await using var writer = await RowWriter.StartAsync(_postgres.Port);
        _postgres.FreezeWithPostgres();
        var rows = writer.Acknowledged.Count;
        Assert.Null(await _postgres.AskAsync("select 1"));
        Assert.InRange(writer.Acknowledged.Count, rows, rows + 1);

        _postgres.ThawWithPostgres();
        await writer.ProceedsAsync(Patience);
        Assert.True(writer.LongestGap > TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task What_is_killed_is_gone_and_a_writer_outlives_it()
    {
        await using var writer = await RowWriter.StartAsync(_postgres.Port);
        await _postgres.KillPostgresAsync();
        Assert.Null(_postgres.Postmaster);
        Assert.Null(await _postgres.AskAsync("select 1"));

        await StartAsync();
        await writer.ProceedsAsync(Patience);
        Assert.True(writer.Failures > 0);
        Assert.All(writer.Acknowledged, row => Assert.Equal(_postgres.Port, row.ByPort));
    }

    [Fact]
    public async Task Questions_are_answered_or_fail_without_an_exception()
    {
        Assert.Null(await _postgres.AskAsync("select no_such_column"));
        Assert.Equal("2", await _postgres.AskAsync("select 1 + 1"));
        Assert.False(await _postgres.IsStandbyAsync());
        Assert.StartsWith("20", _postgres.BirthOfData(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10-steady", true)]
    [InlineData("00-init", false)]
    public void The_status_of_the_original_is_understood(string moment, bool settled)
    {
        var golden = Path.Combine(Programs.Repository(), "tests/Golden/etcdv3", moment, "status.json");
        var status = ClusterStatus.Parse(File.ReadAllText(golden));
        Assert.Equal(settled, status.Settled(3));
        Assert.Equal(settled, status.Primary is not null);
    }

    private async Task StartAsync()
    {
        _postgres.Process.Start();
        await Eventually.BeTrueAsync(
            async () => await _postgres.AskAsync("select 1") == "1", Patience, "PostgreSQL answers");
        Assert.Equal(_postgres.Process.Id, _postgres.Postmaster);
    }
}
