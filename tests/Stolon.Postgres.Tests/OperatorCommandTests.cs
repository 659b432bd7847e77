using System.Diagnostics;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

/// <summary>The operator's own commands, where PostgreSQL waits for them.</summary>
[Trait("PostgreSQL", "version")]
public sealed class OperatorCommandTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_standby_whose_restore_command_hangs_is_promoted_within_seconds()
    {
        await using var old = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(old);
        var following = standby.Following(old);
        following = following with { Parameters = following.Parameters.With("restore_command", "sleep 600; true") };
        await standby.Server.ReloadAsync(following, CancellationToken.None);
        await old.Server.StopAsync(CancellationToken.None);
        await Eventually.SeeAsync(
            async () => (await standby.Server.InspectAsync(CancellationToken.None)).Server?.Command,
            command => command is { Parameter: "restore_command", Program: "sleep", Age.TotalSeconds: > 1 },
            Soon,
            "the standby asks its archive");

        var clock = Stopwatch.StartNew();
        var failure = await Assert.ThrowsAsync<PostgresToolException>(
            () => standby.Server.PromoteAsync(standby.Configuration(), CancellationToken.None));

        Assert.Equal(ComplaintSubject.Command, failure.Subject);
        Assert.Contains("restore_command", failure.Message);
        Assert.False(await standby.Server.WaitForExitAsync(CancellationToken.None));
        await standby.StartAsync(standby.Configuration() with { Recovery = RecoveryMode.Standby });
        await standby.Server.PromoteAsync(standby.Configuration(), CancellationToken.None);
        Assert.True(clock.Elapsed < Soon, $"{clock.Elapsed}");
        Assert.Equal("f", await standby.SqlAsync("select case when pg_is_in_recovery() then 't' else 'f' end"));
    }

    /// <summary>PostgreSQL runs it when the promotion is decided, and before it takes writes.</summary>
    [Fact]
    public async Task A_recovery_end_command_that_hangs_is_ended_and_the_promotion_stays()
    {
        await using var old = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(old);
        var following = standby.Following(old);
        await standby.Server.ReloadAsync(
            following with { Parameters = following.Parameters.With("recovery_end_command", "sleep 600; true") },
            CancellationToken.None);

        var failure = await Assert.ThrowsAsync<PostgresToolException>(
            () => standby.Server.PromoteAsync(standby.Configuration(), CancellationToken.None));

        Assert.Contains("recovery_end_command", failure.Message);
        var data = (await standby.Server.InspectAsync(CancellationToken.None)).Data!;
        Assert.Equal(InstanceRole.Primary, data.Role);
        await standby.StartAsync(standby.Configuration());
        Assert.Equal(new Timeline(2), (await standby.Server.ObserveAsync(CancellationToken.None)).Timeline);
        await standby.SqlAsync("create table t as select 1 as n");
    }

    /// <summary>The archive may have what nobody else has.</summary>
    [Fact]
    public async Task An_archive_that_answers_is_asked_before_a_promotion()
    {
        await using var old = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(old);
        var asked = Path.Combine(standby.Directory, "asked");
        var following = standby.Following(old);
        following = following with
        {
            Parameters = following.Parameters.With("restore_command", $"echo %f >> '{asked}'; false"),
        };
        await standby.Server.ReloadAsync(following, CancellationToken.None);

        await standby.Server.PromoteAsync(standby.Configuration(), CancellationToken.None);

        Assert.Contains("00000002.history", await File.ReadAllTextAsync(asked));
    }

    /// <summary>Reporting it earlier would lose what the standby has not got yet.</summary>
    [Fact]
    public async Task A_server_that_waits_for_its_archiver_is_shut_down_when_its_standby_has_everything()
    {
        await using var primary = await TestInstance.StoppedAsync();
        await primary.StartAsync(primary.Configuration(("archive_mode", "on"), ("archive_command", "sleep 900; true")));
        await using var standby = await TestInstance.StandbyOfAsync(primary);
        await primary.SqlAsync("create table t as select generate_series(1, 100000) as n");
        await primary.SqlAsync("select pg_switch_wal()");
        await Eventually.SeeAsync(
            async () => (await primary.Server.InspectAsync(CancellationToken.None)).Server?.Command,
            command => command is { Parameter: "archive_command" },
            Soon,
            "the archiver is at work");

        var look = await primary.Server.ShutDownAsync(Soon, CancellationToken.None);

        Assert.Equal((false, true), (look.Ended, look.InOrder));
        Assert.Contains("archive_command", look.WaitsFor);
        var stopped = await primary.Server.InspectAsync(CancellationToken.None);
        Assert.NotNull(stopped.Server);

        // Everything ends with the checkpoint record, which is 24 bytes of header and a body of 88.
        await standby.Server.PromoteAsync(standby.Configuration(), CancellationToken.None);
        var history = (await standby.Server.ObserveAsync(CancellationToken.None)).TimelineHistory;
        Assert.True(
            history[0].SwitchPoint.Value > stopped.Data!.CheckpointPosition.Value,
            $"{history[0].SwitchPoint} {stopped.Data.CheckpointPosition}");

        // A step does not wait for it for ever.
        var clock = Stopwatch.StartNew();
        await primary.Server.StopAsync(CancellationToken.None);
        Assert.True(clock.Elapsed < Soon, $"{clock.Elapsed}");
        Assert.Contains(primary.Log.Texts, t => t.Contains("ended archive_command"));
    }

    /// <summary>Ended half-way, a command that does not overwrite would find its own half a file for ever.</summary>
    [Fact]
    public async Task No_archive_command_that_comes_to_its_end_is_ended_however_long_the_stop_takes()
    {
        await using var primary = await TestInstance.StoppedAsync();
        var (begun, done) = (Path.Combine(primary.Directory, "begun"), Path.Combine(primary.Directory, "done"));
        await primary.StartAsync(primary.Configuration(
            ("archive_mode", "on"), ("archive_command", $"echo %f >> '{begun}'; sleep 2; echo %f >> '{done}'")));
        await using var standby = await TestInstance.StandbyOfAsync(primary);
        await Eventually.BeTrueAsync(
            async () => await primary.SqlAsync("select count(*)::text from pg_stat_replication") == "1",
            Soon,
            "the standby streams");
        var receiver = await standby.SqlAsync("select pid::text from pg_stat_wal_receiver");
        await TestInstance.RunAsync("kill", "-STOP", receiver!);
        for (var file = 0; file < 40; file++)
        {
            await primary.SqlAsync($"create table t{file} (n int)");
            await primary.SqlAsync("select pg_switch_wal()");
        }

        var stopping = primary.Server.StopAsync(CancellationToken.None);
        await Task.WhenAny(stopping, Task.Delay(TimeSpan.FromSeconds(13)));
        await TestInstance.RunAsync("kill", "-CONT", receiver!);
        await stopping;

        var stored = await File.ReadAllLinesAsync(done);
        Assert.Equal(await File.ReadAllLinesAsync(begun), stored);
        Assert.True(stored.Length < 40, "the archiver's last round has a limit");
        Assert.DoesNotContain(primary.Log.Texts, t => t.Contains("ended archive_command"));
        Assert.Contains(primary.Log.Texts, t => t.Contains("its archiver has continued for 10 s"));
        Assert.Equal("shut down", ControlStateOf(await primary.ControlDataAsync()));
    }

    [Fact]
    public async Task A_standby_that_does_not_get_everything_keeps_its_primary_from_being_reported_as_stopped()
    {
        await using var primary = await TestInstance.StoppedAsync();
        await primary.StartAsync(primary.Configuration(("archive_mode", "on"), ("archive_command", "sleep 900; true")));
        await using var standby = await TestInstance.StandbyOfAsync(primary);
        await primary.SqlAsync("select pg_switch_wal()");
        await Eventually.BeTrueAsync(
            async () => await primary.SqlAsync("select count(*)::text from pg_stat_replication") == "1",
            Soon,
            "the standby streams");
        var receiver = await standby.SqlAsync("select pid::text from pg_stat_wal_receiver");
        await TestInstance.RunAsync("kill", "-STOP", receiver!);

        var look = await primary.Server.ShutDownAsync(TimeSpan.FromSeconds(3), CancellationToken.None);

        Assert.Equal((false, false), (look.Ended, look.InOrder));
        Assert.Equal("shut down", ControlStateOf(await primary.ControlDataAsync()));
        await TestInstance.RunAsync("kill", "-CONT", receiver!);
        look = await primary.Server.ShutDownAsync(Soon, CancellationToken.None);
        Assert.True(look.InOrder);
    }

    [Fact]
    public async Task A_server_that_was_killed_is_not_shut_down_in_order()
    {
        await using var primary = await TestInstance.RunningAsync();
        await TestInstance.RunAsync("kill", "-KILL", $"{primary.ProcessId}");
        await primary.Server.WaitForExitAsync(CancellationToken.None).WaitAsync(Soon);
        var look = await primary.Server.ShutDownAsync(Soon, CancellationToken.None);
        Assert.Equal((true, false), (look.Ended, look.InOrder));
    }

    [Fact]
    public async Task What_the_files_of_a_stopped_server_tell_is_reported()
    {
        await using var primary = await TestInstance.RunningAsync();
        var running = await primary.Server.ObserveAsync(CancellationToken.None);
        await primary.Server.StopAsync(CancellationToken.None);

        var report = await primary.Server.ObserveAsync(CancellationToken.None);

        Assert.False(report.Healthy);
        Assert.Equal(
            (running.SystemIdentifier, running.Timeline), (report.SystemIdentifier, report.Timeline));
        Assert.True(report.Position >= running.Position);
    }

    private static string ControlStateOf(string output) => output.Split('\n')
        .Single(l => l.StartsWith("Database cluster state:", StringComparison.Ordinal)).Split(':')[1].Trim();
}
