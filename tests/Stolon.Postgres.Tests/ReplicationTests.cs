using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

[Trait("PostgreSQL", "version")]
public sealed class ReplicationTests
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_clone_streams_is_promoted_and_its_old_primary_is_rewound()
    {
        await using var old = await TestInstance.StoppedAsync();
        await old.StartAsync(old.Configuration(("restore_command", "/bin/false")));
        await using var standby = await TestInstance.StandbyOfAsync(old);
        await old.SqlAsync("create table t as select 1 as n");
        await Eventually.BeTrueAsync(
            async () => (await standby.Server.ObserveAsync(CancellationToken.None)).Position
                >= (await old.Server.ObserveAsync(CancellationToken.None)).Position,
            Soon,
            "the standby catches up");
        var look = await standby.Server.InspectAsync(CancellationToken.None);
        Assert.Equal(InstanceRole.Standby, look.Data!.Role);
        Assert.True(look.Server!.Answers!.InRecovery);

        // The old primary goes on alone for a while, and crashes: it must be rewound.
        await standby.Server.PromoteAsync(standby.Configuration(), CancellationToken.None);
        await old.SqlAsync("insert into t select generate_series(1, 1000)");
        var process = old.ProcessId;
        await TestInstance.RunAsync("kill", "-QUIT", $"{process}");
        await old.Server.WaitForExitAsync(CancellationToken.None).WaitAsync(Soon);
        await standby.Server.CreateSlotAsync("stolon_old", CancellationToken.None);
        await old.Server.RewindAsync(standby.Address, new InstanceUid("old"), CancellationToken.None);
        await old.StartAsync(old.Following(standby, new InstanceUid("old")));

        Assert.Equal("1", await old.SqlAsync("select count(*) from t"));
        var promoted = await standby.Server.ObserveAsync(CancellationToken.None);
        Assert.True(promoted.Healthy);
        Assert.Equal(new Timeline(2), promoted.Timeline);
        Assert.Equal(new Timeline(1), Assert.Single(promoted.TimelineHistory).Timeline);
        await Eventually.SeeAsync(
            () => old.Server.ObserveAsync(CancellationToken.None),
            seen => seen is { Healthy: true, Timeline.Value: 2 } && seen.SystemIdentifier == promoted.SystemIdentifier
                && seen.TimelineHistory == promoted.TimelineHistory,
            Soon,
            "the rewound one follows the new timeline");
        Assert.Contains(old.Log.Texts, t => t.Contains("pg_rewind --debug") && t.Contains("--restore-target-wal"));
        NoPasswordIn(old.Log);
        NoPasswordIn(standby.Log);
    }

    [Fact]
    public async Task A_configuration_that_hangs_keeps_no_rewind_from_being_made()
    {
        await using var old = await TestInstance.RunningAsync(WithHangingQuestions);
        await using var standby = await TestInstance.StandbyOfAsync(old);
        await standby.Server.PromoteAsync(standby.Configuration(), CancellationToken.None);
        await old.SqlAsync("create table t as select 1 as n");
        await old.Server.StopAsync(CancellationToken.None);

        await old.Server.RewindAsync(standby.Address, new InstanceUid("old"), CancellationToken.None);

        Assert.DoesNotContain(old.Log.Texts, t => t.Contains("--restore-target-wal"));
    }

    /// <summary>With programs of which <c>postgres -C</c> never ends, as with a library that hangs.</summary>
    private static PostgresOptions WithHangingQuestions(PostgresOptions options)
    {
        var programs = Directory.CreateDirectory(Path.Combine(options.DataDirectory, "bin")).FullName;
        foreach (var program in Directory.GetFiles(PostgresPrograms.Directory))
        {
            File.CreateSymbolicLink(Path.Combine(programs, Path.GetFileName(program)), program);
        }

        var postgres = Path.Combine(programs, "postgres");
        File.Delete(postgres);
        File.WriteAllText(
            postgres,
            "#!/bin/sh\ncase \"$*\" in *\" -C \"*) sleep 600 ;; esac\n"
                + $"exec {PostgresPrograms.Directory}/postgres \"$@\"\n");
        File.SetUnixFileMode(postgres, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return options with { BinPath = programs };
    }

    [Fact]
    public async Task A_server_whose_timeline_history_is_gone_is_told_of_and_not_taken_for_sick()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(primary);
        await primary.Server.StopAsync(CancellationToken.None);
        await standby.Server.PromoteAsync(standby.Configuration(), CancellationToken.None);
        File.Delete(Path.Combine(standby.Postgres, "pg_wal", "00000002.history"));

        var report = await standby.Server.ObserveAsync(CancellationToken.None);

        Assert.Equal((false, true), (report.Healthy, report.Serves));
        Assert.Contains("00000002.history", report.Obstacle);
        Assert.Contains("put the file back", report.Reason);
    }

    [Fact]
    public async Task A_promotion_leaves_out_the_number_that_another_instance_took_from_the_same_point()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(primary);
        await primary.Server.StopAsync(CancellationToken.None);
        var here = await standby.Server.ObserveAsync(CancellationToken.None);
        var fork = new TimelineSwitch(here.Timeline, here.Position, "");
        await standby.Server.NoteTimelineAsync(new Timeline(2), fork, CancellationToken.None);
        await standby.Server.NoteTimelineAsync(new Timeline(2), fork, CancellationToken.None);

        await standby.Server.PromoteAsync(standby.Configuration(), CancellationToken.None);

        var promoted = await standby.Server.ObserveAsync(CancellationToken.None);
        Assert.Equal((true, new Timeline(3)), (promoted.Healthy, promoted.Timeline));
        Assert.Equal(here.Position, promoted.TimelineHistory[^1].SwitchPoint);
        Assert.Equal(here.Timeline, promoted.TimelineHistory[0].Timeline);
    }

    [Fact]
    public async Task An_in_sync_standby_is_reported_by_its_instance()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(primary);

        await primary.Server.ReloadAsync(
            primary.Configuration(("synchronous_standby_names", ReplicationSlotName.Of(standby.Uid))),
            CancellationToken.None);

        await Eventually.SeeAsync(
            async () => (await primary.Server.InspectAsync(CancellationToken.None)).Server!.Answers!,
            answers => answers.SynchronousStandbys == [standby.Uid] && answers.Slots == ["stolon_self"],
            Soon,
            "the standby is in sync");
        var report = await primary.Server.ObserveAsync(CancellationToken.None);
        Assert.Equal([standby.Uid], report.SynchronousStandbys!.Value);
        var stream = Assert.Single(report.Streams!.Value);
        Assert.Equal((standby.Uid, StandbyStream.StreamingState), (stream.Instance, stream.State));
        Assert.True(stream.Flushed > Lsn.Unknown && stream.Flushed <= report.Position);
        var slot = Assert.Single(report.Slots!.Value);
        Assert.Equal(("stolon_self", true), (slot.Name, slot.Active));
        Assert.True(report.WalDisk is { TotalBytes: > 0 } disk && disk.FreeBytes <= disk.TotalBytes);
        Assert.Null((await standby.Server.ObserveAsync(CancellationToken.None)).Streams);
        var failure = await Assert.ThrowsAsync<PostgresToolException>(
            () => primary.Server.DropSlotAsync("stolon_self", CancellationToken.None));
        Assert.Contains("active", failure.Message);
    }

    [Fact]
    public async Task A_commit_that_waits_for_a_lost_standby_is_released_when_another_one_is_named()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(primary);

        // Nothing but new WAL makes this standby answer, and PostgreSQL itself, idle, writes none.
        var writer = await primary.SqlAsync(
            "select pid from pg_stat_activity where backend_type = 'background writer'");
        await TestInstance.RunAsync("kill", "-STOP", writer!);
        var following = standby.Following(primary);
        await standby.Server.ReloadAsync(
            following with { Parameters = following.Parameters.With("wal_receiver_status_interval", "3600") },
            CancellationToken.None);
        await primary.Server.ReloadAsync(Naming("lost"), CancellationToken.None);
        var commit = primary.SqlAsync("create table waiting as select 1");
        await Eventually.BeTrueAsync(
            async () => await primary.SqlAsync(
                "select exists (select from pg_stat_activity where wait_event = 'SyncRep') and exists (select from "
                + "pg_stat_replication where state = 'streaming' and flush_lsn = pg_current_wal_lsn())") is "True",
            Soon,
            "the commit waits, and the standby has all there is");
        Assert.False(commit.IsCompleted);

        await primary.Server.ReloadAsync(Naming(ReplicationSlotName.Of(standby.Uid)), CancellationToken.None);

        await commit.WaitAsync(Soon);

        ServerConfiguration Naming(string synchronous) =>
            primary.Configuration(
                ("synchronous_standby_names", synchronous),
                ("wal_sender_timeout", "0"),
                ("autovacuum", "off"));
    }

    [Fact]
    public async Task A_source_whose_name_is_not_known_just_now_is_a_failed_step_and_no_fault_of_ours()
    {
        await using var standby = TestInstance.Empty();

        var failure = await Assert.ThrowsAsync<PostgresToolException>(() => standby.Server.ProbeAsync(
            new ServerAddress("nobody.invalid", "5432"), standby.Uid, null, CancellationToken.None));

        Assert.Contains("probe of nobody.invalid", failure.Message);
    }

    [Fact]
    public async Task A_clone_that_fails_leaves_an_empty_directory_and_says_why()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = TestInstance.Empty();
        Directory.CreateDirectory(standby.Postgres);

        var failure = await Assert.ThrowsAsync<PostgresToolException>(() => standby.Server.CloneAsync(
            primary.Address, standby.Uid, "stolon_missing", CancellationToken.None));

        Assert.Contains("pg_basebackup failed with exit code 1", failure.Message);
        Assert.Contains("\"stolon_missing\" does not exist", failure.Message);
        var look = await standby.Server.InspectAsync(CancellationToken.None);
        Assert.False(look.DirectoryHasFiles);
        Assert.Empty(Directory.GetFiles(standby.Directory));
        NoPasswordIn(standby.Log);
    }

    [Fact]
    public async Task A_standby_without_its_primary_still_tells_its_identity_timeline_and_position()
    {
        await using var primary = await TestInstance.RunningAsync();
        await primary.SqlAsync("create table t as select 1 as n");
        await using var standby = await TestInstance.StandbyOfAsync(primary);
        var expected = await primary.Server.ObserveAsync(CancellationToken.None);
        await primary.Server.StopAsync(CancellationToken.None);

        // Started anew it has never had a connection: nothing but replay tells its position.
        await standby.Server.StopAsync(CancellationToken.None);
        var stopped = await standby.Server.InspectAsync(CancellationToken.None);
        await standby.StartAsync(standby.Following(primary));
        var seen = await standby.Server.ObserveAsync(CancellationToken.None);

        Assert.False(stopped.Data!.ShutDownCleanly);
        Assert.True(seen.Healthy);
        Assert.Equal(expected.SystemIdentifier, seen.SystemIdentifier);
        Assert.Equal(new Timeline(1), seen.Timeline);
        Assert.True(seen.Position >= expected.Position, $"{seen.Position} after {expected.Position}");
        Assert.Empty(seen.TimelineHistory);
        Assert.Equal(24, seen.OldestWalFile!.Length);
    }

    [Fact]
    public async Task What_a_standby_has_replayed_stands_still_while_it_goes_on_receiving()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(primary);
        await primary.SqlAsync("create table t (n int)");
        var before = await SeeAsync(
            (p, s) => s.Position >= p.Position && s.ReplayedPosition >= p.Position, "the standby has replayed all");
        Assert.Equal(Lsn.Unknown, (await primary.Server.ObserveAsync(CancellationToken.None)).ReplayedPosition);

        await standby.SqlAsync("select pg_wal_replay_pause()");
        await primary.SqlAsync("insert into t select generate_series(1, 1000)");
        var paused = await SeeAsync((p, s) => s.Position >= p.Position, "the standby has received all");
        Assert.True(paused.Position > before.Position);
        Assert.True(paused.ReplayedPosition < paused.Position, $"{paused.ReplayedPosition} of {paused.Position}");
        Assert.Equal("0", await standby.SqlAsync("select count(*) from t"));

        await standby.SqlAsync("select pg_wal_replay_resume()");
        await SeeAsync((p, s) => s.ReplayedPosition >= p.Position, "the standby has replayed all");

        // PostgreSQL goes on telling where its promotion was.
        await standby.Server.PromoteAsync(standby.Configuration(), CancellationToken.None);
        Assert.NotEqual("", await standby.SqlAsync("select pg_last_wal_replay_lsn()::text"));
        Assert.Equal(Lsn.Unknown, (await standby.Server.ObserveAsync(CancellationToken.None)).ReplayedPosition);

        async Task<PostgresReport> SeeAsync(Func<PostgresReport, PostgresReport, bool> wanted, string because)
        {
            var at = await primary.Server.ObserveAsync(CancellationToken.None);
            return await Eventually.SeeAsync(
                () => standby.Server.ObserveAsync(CancellationToken.None), s => wanted(at, s), Soon, because);
        }
    }

    [Fact]
    public async Task A_stopped_server_is_reported_unhealthy()
    {
        await using var instance = await TestInstance.StoppedAsync();

        var seen = await instance.Server.ObserveAsync(CancellationToken.None);

        Assert.False(seen.Healthy);
        Assert.Contains("cannot observe postgres: postgres does not run", instance.Log.Texts);
    }

    [Fact]
    public async Task A_kept_connection_that_was_terminated_costs_no_answer()
    {
        await using var instance = await TestInstance.RunningAsync();
        await instance.Server.InspectAsync(CancellationToken.None);
        await instance.SqlAsync(
            "select count(pg_terminate_backend(pid)) from pg_stat_activity "
            + "where backend_type = 'client backend' and pid <> pg_backend_pid()");

        Assert.NotNull((await instance.Server.InspectAsync(CancellationToken.None)).Server!.Answers);
    }

    private static void NoPasswordIn(CapturedLog log) =>
        Assert.DoesNotContain(log.Texts, t => t.Contains("p'w") || t.Contains(@"p\'w"));
}
