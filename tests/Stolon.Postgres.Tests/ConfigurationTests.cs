using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;

namespace Stolon.Postgres.Tests;

/// <summary>What a real server makes of wrong settings, at a reload and at a start.</summary>
[Trait("PostgreSQL", "version")]
public sealed class ConfigurationTests
{
    private const string HostWithMask = "host all all localhost 255.255.0.0 md5";

    [Fact]
    public async Task One_unknown_name_keeps_nothing_else_from_being_in_force()
    {
        await using var instance = await TestInstance.RunningAsync();

        var left = await ReloadAsync(instance, instance.Configuration(
            ("work_men", "7MB"), ("work_mem", "8MB"), ("synchronous_standby_names", "nobody")));

        var entry = Assert.Single(left);
        Assert.Equal(("work_men", "unrecognized configuration parameter"), (entry.Name, entry.Reason));
        Assert.Equal("8MB", await instance.SqlAsync("show work_mem"));
        Assert.Equal("nobody", await instance.SqlAsync("show synchronous_standby_names"));
        Assert.DoesNotContain("work_men", File.ReadAllText(Path.Combine(instance.Postgres, "postgresql.conf")));
        Assert.Contains(instance.Log.Texts, t => t.Contains("work_men is left out"));
    }

    [Theory]
    [InlineData("work_mem", "7XB", "invalid value")]
    [InlineData("work_mem", "much", "invalid value", Traits = ["run", "all"])]
    [InlineData("max_connections", "0", "outside the valid range")]
    [InlineData("wal_sync_method", "hope", "invalid value", Traits = ["run", "all"])]
    [InlineData("TimeZone", "Nowhere/Land", "invalid value", Traits = ["run", "all"])]
    [InlineData("shared_preload_libraries", "no_such_library", "could not access file")]
    [InlineData("superuser_reserved_connections", "200", "must be less than")]
    [InlineData("ssl", "on", "could not load server certificate")]
    [InlineData("work mem", "8MB", "not a valid parameter name")]
    [InlineData("data_directory", "/tmp", "the keeper decides")]
    [InlineData("include", "no.such.file", "")]
    public async Task A_wrong_value_is_left_out_and_the_former_one_stays_for_the_next_start(
        string name, string value, string reason)
    {
        await using var instance = await TestInstance.RunningAsync();

        var left = await ReloadAsync(instance, instance.Configuration((name, value), ("maintenance_work_mem", "9MB")));

        var entry = Assert.Single(left);
        Assert.Equal((LeftOutKind.Parameter, name), (entry.Kind, entry.Name));
        Assert.Contains(reason, entry.Reason);
        Assert.Equal("9MB", await instance.SqlAsync("show maintenance_work_mem"));
        Assert.False((await instance.Server.InspectAsync(CancellationToken.None)).Server!.Answers!.PendingRestart);
        Assert.False(Directory.Exists(Path.Combine(instance.Directory, "trial")));
        await instance.Server.StopAsync(CancellationToken.None);
        await instance.StartAsync(instance.Configuration((name, value), ("maintenance_work_mem", "9MB")));
    }

    [Fact]
    public async Task The_value_that_worked_stands_in_for_a_wrong_one()
    {
        await using var instance = await TestInstance.RunningAsync();
        await ReloadAsync(instance, instance.Configuration(("work_mem", "7MB")));

        await ReloadAsync(instance, instance.Configuration(("work_mem", "7 bananas")));

        Assert.Equal("7MB", await instance.SqlAsync("show work_mem"));
    }

    [Fact]
    public async Task A_reason_never_holds_the_value()
    {
        await using var instance = await TestInstance.RunningAsync();

        var left = await ReloadAsync(instance, instance.Configuration(
            ("search_path", "se'cr'et list"), ("no_such.password", "hunter2"), ("no_such", "hunter2")));

        Assert.Equal(["no_such", "search_path"], left.Select(l => l.Name).Order());
        Assert.DoesNotContain(left, l => l.Reason.Contains("hunter2") || l.Reason.Contains("cr'et"));
        Assert.DoesNotContain(instance.Log.Texts, t => t.Contains("hunter2"));
    }

    [Fact]
    public async Task A_host_name_with_a_mask_is_left_out_and_the_server_comes_up_again()
    {
        await using var instance = await TestInstance.RunningAsync();
        var configuration = WithHba(instance, HostWithMask, "host all all 127.0.0.1/32 scram-sha-256");

        var entry = Assert.Single(await ReloadAsync(instance, configuration));

        Assert.Equal(LeftOutKind.Access, entry.Kind);
        Assert.Contains("pgHBA entry 1 \"host all all localhost", entry.Name);
        Assert.Equal("0", await instance.SqlAsync("select count(*) from pg_hba_file_rules where error is not null"));
        Assert.Equal(
            "1", await instance.SqlAsync("select count(*) from pg_hba_file_rules where netmask = '255.255.255.255'"));
        await instance.Server.StopAsync(CancellationToken.None);
        await instance.StartAsync(configuration);
    }

    [Fact]
    public async Task A_server_that_is_first_started_with_a_wrong_line_comes_up_without_it()
    {
        await using var instance = await TestInstance.StoppedAsync();
        File.Delete(Path.Combine(instance.Directory, "lastgoodconf"));

        var outcome = await instance.Server.StartAsync(
            WithHba(instance, HostWithMask), temporary: false, CancellationToken.None);
        await instance.Server.AwaitReadyAsync(TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.Contains("localhost", Assert.Single(Taken(outcome)).Name);
    }

    /// <summary>Alone it would be missed: a later line would let in whom it was to reject.</summary>
    [Fact]
    public async Task Without_a_line_that_may_reject_the_lines_that_worked_stay_whole()
    {
        await using var instance = await TestInstance.RunningAsync();
        await ReloadAsync(instance, WithHba(instance, "host all all 127.0.0.5/32 reject"));

        var left = await ReloadAsync(
            instance, WithHba(instance, "host all all 127.0.0.5/99 reject", "host all all 0.0.0.0/0 md5"));

        Assert.Single(left);
        Assert.EndsWith(
            "host all all 127.0.0.5/32 reject\n", File.ReadAllText(Path.Combine(instance.Postgres, "pg_hba.conf")));
    }

    [Fact]
    public async Task A_line_of_a_hand_edited_user_map_that_is_wrong_is_named()
    {
        await using var instance = await TestInstance.RunningAsync();
        await File.AppendAllTextAsync(Path.Combine(instance.Postgres, "pg_ident.conf"), "map only-two\n");

        var left = await ReloadAsync(instance, instance.Configuration(("work_mem", "7MB")));

        Assert.Contains("pg_ident.conf, line", Assert.Single(left).Name);
    }

    [Fact]
    public async Task A_server_that_does_not_start_with_new_memory_starts_with_the_old()
    {
        await using var instance = await TestInstance.RunningAsync();
        var greedy = instance.Configuration(("shared_buffers", "4000GB"));
        await ReloadAsync(instance, greedy);
        Assert.True((await instance.Server.InspectAsync(CancellationToken.None)).Server!.Answers!.PendingRestart);
        await instance.Server.StopAsync(CancellationToken.None);

        var outcome = await instance.Server.StartAsync(greedy, temporary: false, CancellationToken.None);
        await instance.Server.AwaitReadyAsync(TimeSpan.FromSeconds(30), CancellationToken.None);

        var entry = Assert.Single(Taken(outcome));
        Assert.Equal("shared_buffers", entry.Name);
        Assert.Contains("shared memory", entry.Reason);
        Assert.Equal("16MB", await instance.SqlAsync("show shared_buffers"));

        // The next keeper must not try again by itself: it would restart for nothing.
        using var next = instance.NewServer();
        Assert.Single(Taken(await next.ReloadAsync(greedy, CancellationToken.None)));
        Assert.False((await next.InspectAsync(CancellationToken.None)).Server!.Answers!.PendingRestart);
    }

    [Fact]
    public async Task Wrong_settings_keep_no_new_cluster_from_being_made()
    {
        await using var instance = TestInstance.Empty();
        await instance.Server.InitDbAsync(new Stolon.Core.Model.NewConfig(), CancellationToken.None);

        var outcome = await instance.Server.StartAsync(
            instance.Configuration(("no_such", "1"), ("shared_preload_libraries", "no_such_library")),
            temporary: true,
            CancellationToken.None);
        await instance.Server.AwaitReadyAsync(TimeSpan.FromSeconds(30), CancellationToken.None);

        Assert.Equal(["no_such", "shared_preload_libraries"], Taken(outcome).Select(l => l.Name).Order());
    }

    [Fact]
    public async Task What_is_wrong_in_our_own_settings_is_not_taken()
    {
        await using var instance = await TestInstance.RunningAsync();

        var outcome = await instance.Server.ReloadAsync(
            instance.Configuration(("synchronous_standby_names", "2 (a")), CancellationToken.None);

        Assert.IsType<ConfigurationOutcome.Rejected>(outcome);
    }

    [Fact]
    public async Task Of_a_frozen_server_nobody_knows_what_it_took()
    {
        await using var instance = await TestInstance.RunningAsync();
        await TestInstance.RunAsync("kill", "-STOP", $"{instance.ProcessId}");

        var outcome = await instance.Server.ReloadAsync(
            instance.Configuration(("work_mem", "7MB")), CancellationToken.None);

        Assert.IsType<ConfigurationOutcome.Unknown>(outcome);
    }

    [Fact]
    public async Task A_standby_is_not_promoted_before_the_names_are_in_force()
    {
        await using var primary = await TestInstance.RunningAsync();
        await using var standby = await TestInstance.StandbyOfAsync(primary);
        await standby.Server.AwaitReadyAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        var wanted = standby.Configuration(("synchronous_standby_names", "nobody"));

        var refused = await Assert.ThrowsAsync<PostgresToolException>(
            () => standby.Server.PromoteAsync(wanted, CancellationToken.None));

        Assert.Contains("not promoted: synchronous_standby_names must be \"nobody\"", refused.Message);
        Assert.Equal("True", await standby.SqlAsync("select pg_is_in_recovery()"));
        await ReloadAsync(standby, standby.Following(primary) with { Parameters = wanted.Parameters });
        Taken(await standby.Server.PromoteAsync(wanted, CancellationToken.None));
        Assert.Equal("False", await standby.SqlAsync("select pg_is_in_recovery()"));
    }

    private static ServerConfiguration WithHba(TestInstance instance, params string[] lines)
    {
        var configuration = instance.Configuration();
        return configuration with { Hba = [.. configuration.Hba.Take(configuration.OwnHbaLines), .. lines] };
    }

    private static async Task<IReadOnlyList<LeftOutEntry>> ReloadAsync(
        TestInstance instance, ServerConfiguration configuration) =>
        Taken(await instance.Server.ReloadAsync(configuration, CancellationToken.None));

    private static IReadOnlyList<LeftOutEntry> Taken(ConfigurationOutcome outcome)
    {
        Assert.True(outcome is ConfigurationOutcome.Applied, outcome.ToString());
        return [.. ((ConfigurationOutcome.Applied)outcome).LeftOut];
    }
}
