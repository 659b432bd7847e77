using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

[Trait("PostgreSQL", "version")]
public sealed class ServerStabilityTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_started_server_answers_stops_and_leaves_no_zombie()
    {
        await using var instance = await TestInstance.RunningAsync();

        var look = await instance.Server.InspectAsync(CancellationToken.None);
        Assert.Equal(instance.Port, look.Server!.Port);
        Assert.False(look.Server.Answers!.InRecovery);
        Assert.Equal("127.0.0.1", look.Server.Answers.ListenAddresses);
        Assert.Equal(InstanceRole.Primary, look.Data!.Role);
        Assert.False(look.Data.ShutDownCleanly);
        Assert.Equal(instance.Configuration().Hba, look.Data.Hba);

        await instance.Server.StopAsync(CancellationToken.None);

        var after = await instance.Server.InspectAsync(CancellationToken.None);
        Assert.Null(after.Server);
        Assert.True(after.Data!.ShutDownCleanly);
        Assert.Equal(look.Data.SystemIdentifier, after.Data.SystemIdentifier);
        Assert.Equal(new Timeline(1), after.Data.Timeline);
        Assert.NotEqual(Lsn.Unknown, after.Data.CheckpointPosition);
        Assert.False(Directory.Exists($"/proc/{look.Server.ProcessId}"));
    }

    [Fact]
    public async Task The_server_has_a_session_of_its_own()
    {
        await using var instance = await TestInstance.RunningAsync();

        var id = instance.ProcessId;

        // proc(5), after the name: state, parent, process group, session.
        var stat = (await File.ReadAllTextAsync($"/proc/{id}/stat")).Split(") ")[1].Split(' ');
        Assert.Equal(["S", $"{Environment.ProcessId}", $"{id}", $"{id}"], stat[..4]);
    }

    [Fact]
    public async Task A_crash_is_known_at_once()
    {
        await using var instance = await TestInstance.RunningAsync();
        var id = instance.ProcessId;
        var exit = instance.Server.WaitForExitAsync(CancellationToken.None);
        Assert.False(exit.IsCompleted);

        await TestInstance.RunAsync("kill", "-QUIT", $"{id}");

        Assert.True(await exit.WaitAsync(Soon));
        Assert.False(await instance.Server.WaitForExitAsync(CancellationToken.None));
        var look = await instance.Server.InspectAsync(CancellationToken.None);
        Assert.Null(look.Server);
        Assert.False(look.Data!.ShutDownCleanly);
    }

    [Fact]
    public async Task A_server_outlives_its_killed_keeper_and_the_next_one_manages_it()
    {
        await using var instance = await TestInstance.StoppedAsync();
        using var keeper = await KilledKeeper.StartAsync(instance);
        await instance.Server.AwaitReadyAsync(Soon, CancellationToken.None);

        await keeper.KillAsync();

        var look = await instance.Server.InspectAsync(CancellationToken.None);
        Assert.NotNull(look.Server!.Answers);
        var exit = instance.Server.WaitForExitAsync(CancellationToken.None);
        Assert.False(exit.IsCompleted);
        await instance.Server.StopAsync(CancellationToken.None).WaitAsync(Soon);
        await exit.WaitAsync(Soon);
        Assert.True((await instance.Server.InspectAsync(CancellationToken.None)).Data!.ShutDownCleanly);
    }

    [Fact]
    public async Task A_pid_file_that_names_another_process_is_not_a_server()
    {
        await using var instance = await TestInstance.StoppedAsync();
        await File.WriteAllTextAsync(
            Path.Combine(instance.Postgres, "postmaster.pid"),
            $"{Environment.ProcessId}\n{instance.Postgres}\n1\n{instance.Port}\n/tmp\n");

        Assert.Null((await instance.Server.InspectAsync(CancellationToken.None)).Server);
        await instance.Server.StopAsync(CancellationToken.None);
    }

    [Fact]
    public async Task A_start_that_fails_says_so_at_once()
    {
        await using var instance = await TestInstance.StoppedAsync();

        var start = instance.Server.StartAsync(
            instance.Configuration(("listen_addresses", "no.such.host.invalid")),
            temporary: false,
            CancellationToken.None);
        var failure = await Assert.ThrowsAsync<PostgresToolException>(() => start.WaitAsync(Soon));

        Assert.Contains(instance.Postgres, failure.Message);
        Assert.Null((await instance.Server.InspectAsync(CancellationToken.None)).Server);
    }

    [Fact]
    public async Task A_data_directory_of_another_version_is_refused_by_name()
    {
        await using var instance = await TestInstance.StoppedAsync();
        await File.WriteAllTextAsync(Path.Combine(instance.Postgres, "PG_VERSION"), "9.6\n");

        var failure = await Assert.ThrowsAsync<PostgresToolException>(() => instance.Server.StartAsync(
            instance.Configuration(), temporary: false, CancellationToken.None));

        Assert.Contains($"{instance.Postgres} is of PostgreSQL 9.6, but", failure.Message);
        Assert.Contains($"{PostgresPrograms.Directory}/postgres is of version", failure.Message);
    }

    [Fact]
    public async Task A_running_server_is_not_started_twice()
    {
        await using var instance = await TestInstance.RunningAsync();

        await Assert.ThrowsAsync<PostgresToolException>(() => instance.Server.StartAsync(
            instance.Configuration(), temporary: false, CancellationToken.None));
    }

    [Fact]
    public async Task Waiting_for_a_server_that_dies_ends_at_once()
    {
        await using var instance = await TestInstance.StoppedAsync();
        await instance.Server.StartAsync(instance.Configuration(), temporary: false, CancellationToken.None);
        await TestInstance.RunAsync("kill", "-STOP", $"{instance.ProcessId}");
        var waiting = instance.Server.AwaitReadyAsync(TimeSpan.Zero, CancellationToken.None);

        await TestInstance.RunAsync("kill", "-KILL", $"{instance.ProcessId}");

        await Assert.ThrowsAsync<PostgresToolException>(() => waiting.WaitAsync(Soon));
    }

    [Fact]
    public async Task A_reload_puts_new_parameters_into_effect_and_tells_what_waits_for_a_restart()
    {
        await using var instance = await TestInstance.RunningAsync();

        await instance.Server.ReloadAsync(
            instance.Configuration(("work_mem", "7MB"), ("max_connections", "77")), CancellationToken.None);

        Assert.Equal("7MB", await instance.SqlAsync("show work_mem"));
        Assert.True((await instance.Server.InspectAsync(CancellationToken.None)).Server!.Answers!.PendingRestart);
    }

    [Fact]
    public async Task Alter_system_fails_as_it_does_with_the_original()
    {
        await using var instance = await TestInstance.StoppedAsync();
        await instance.StartAsync(instance.Configuration(("fsync", "on")));

        var failure = await Assert.ThrowsAsync<Npgsql.PostgresException>(
            () => instance.SqlAsync("alter system set work_mem = '9MB'"));

        Assert.Contains("could not fsync file \"postgresql.auto.conf\": Invalid argument", failure.MessageText);
    }
}
