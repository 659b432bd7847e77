using Microsoft.Extensions.Time.Testing;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Postgres.Configuration;
using Stolon.Postgres.Files;
using Stolon.Postgres.Tools;
using Stolon.Testing;

namespace Stolon.Postgres.Tests;

/// <summary>A server that does not start with what it worked with before: what it is started with then.</summary>
[Trait("PostgreSQL", "version")]
public sealed class StartTests
{
    private const string Library = "shared_preload_libraries";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task A_library_that_is_gone_from_the_host_costs_nothing_but_itself()
    {
        await using var instance = await TestInstance.StoppedAsync();
        var path = await LibraryAsync(instance);
        var configuration = instance.Configuration((Library, $"\"{path}\""), ("work_mem", "7MB"));
        await instance.StartAsync(configuration);
        await instance.Server.StopAsync(CancellationToken.None);
        File.Delete(path);

        var taken = await StartAsync(instance, configuration);

        var entry = Assert.Single(taken.LeftOut);
        Assert.Equal((Library, true), (entry.Name, taken.Final));
        Assert.Contains("could not access file", entry.Reason);
        Assert.Equal("7MB", await instance.SqlAsync("show work_mem"));
        Assert.Equal(configuration.Hba, Hba(instance));

        // The same keeper, and the file is back.
        await instance.Server.StopAsync(CancellationToken.None);
        await LibraryAsync(instance);
        Assert.Empty((await StartAsync(instance, configuration)).LeftOut);
        Assert.Equal($"\"{path}\"", await instance.SqlAsync($"show {Library}"));
    }

    /// <summary>A trial does not try it: it has no group.</summary>
    [Fact]
    public async Task What_only_a_start_can_try_costs_nothing_but_itself()
    {
        await using var instance = await TestInstance.StoppedAsync();
        var configuration = instance.Configuration(("unix_socket_group", "no such group"), ("work_mem", "7MB"));

        var taken = await StartAsync(instance, configuration);

        Assert.Equal(("unix_socket_group", true), (Assert.Single(taken.LeftOut).Name, taken.Final));
        Assert.Equal(configuration.Hba, Hba(instance));
        Assert.Equal("7MB", await instance.SqlAsync("show work_mem"));
    }

    [Fact]
    public async Task What_was_given_up_without_proof_is_given_again_as_far_as_that_needs_no_restart()
    {
        await using var instance = await TestInstance.StoppedAsync();
        var bare = OperatorEntries.None.In(instance.Configuration());
        var configuration = instance.Configuration(("max_connections", "70"), ("work_mem", "7MB"));
        var start = Start(instance, async () =>
        {
            if ((await File.ReadAllTextAsync(Path.Combine(instance.Postgres, "postgresql.conf"))).Contains("work_mem"))
            {
                return false;
            }

            await instance.StartAsync(bare);
            return true;
        });

        var taken = await start.RunAsync(
            new PostgresVersion(15, 0), configuration, temporary: false, CancellationToken.None);

        Assert.False(taken.Final);
        Assert.Superset(
            new HashSet<string> { "fsync", "max_connections", "work_mem" },
            taken.LeftOut.Select(e => e.Name).ToHashSet());
        using var next = instance.NewServer();
        var again = Assert.IsType<ConfigurationOutcome.Applied>(
            await next.ReloadAsync(configuration, CancellationToken.None));
        Assert.Contains(again.LeftOut, e => e.Name == "max_connections");
        Assert.DoesNotContain(again.LeftOut, e => e.Name is "fsync" or "work_mem");
        Assert.True(again.Final);
        Assert.Equal("7MB", await instance.SqlAsync("show work_mem"));
        Assert.Equal(configuration.Hba, Hba(instance));
        Assert.False((await next.InspectAsync(CancellationToken.None)).Server!.Answers!.PendingRestart);
    }

    [Fact]
    public async Task A_failure_that_passes_costs_no_setting()
    {
        await using var instance = await TestInstance.StoppedAsync();
        var launches = 0;
        var start = Start(instance, () => Task.FromResult(++launches > 1));
        var configuration = instance.Configuration(("work_mem", "7MB"));

        var taken = await start.RunAsync(
            new PostgresVersion(15, 0), configuration, temporary: false, CancellationToken.None);

        Assert.Empty(taken.LeftOut);
        Assert.Equal(2, launches);
        Assert.Contains("work_mem", await File.ReadAllTextAsync(Path.Combine(instance.Postgres, "postgresql.conf")));
    }

    [Fact]
    public async Task Without_any_parameter_clients_are_let_in_as_before()
    {
        await using var instance = await TestInstance.StoppedAsync();
        var launches = 0;
        var start = Start(instance, () => Task.FromResult(++launches > 2));
        var configuration = WithHba(instance, "host all all 127.0.0.7/32 md5");

        var taken = await start.RunAsync(
            new PostgresVersion(15, 0), configuration, temporary: false, CancellationToken.None);

        Assert.DoesNotContain(taken.LeftOut, e => e.Kind == LeftOutKind.Access);
        Assert.Equal(configuration.Hba, Hba(instance));
    }

    [Fact]
    public async Task What_worked_in_another_cluster_is_put_in_force_in_none()
    {
        await using var instance = await TestInstance.RunningAsync();
        await instance.Server.ReloadAsync(
            WithHba(instance, "host all all 127.0.0.5/32 reject"), CancellationToken.None);
        await instance.Server.StopAsync(CancellationToken.None);
        await instance.Server.SetAsideAsync(CancellationToken.None);
        await using var other = TestInstance.Empty();
        await other.Server.InitDbAsync(new NewConfig(), CancellationToken.None);
        await TestInstance.RunAsync("cp", "-a", other.Postgres, instance.Postgres);

        await instance.Server.StartAsync(
            WithHba(instance, "host all all 127.0.0.5/99 reject"), temporary: false, CancellationToken.None);

        Assert.Equal(instance.Configuration().OwnHbaLines, Hba(instance).Count);
    }

    /// <summary>An orphan server was killed, and init is slow. PostgreSQL refuses to start meanwhile.</summary>
    [Fact]
    public async Task A_former_server_that_is_still_a_zombie_is_waited_for_and_is_no_fault_of_the_configuration()
    {
        await using var instance = await TestInstance.StoppedAsync();
        using var parent = ServerProcess.Start("/bin/sh", "-c", "sleep 1 & echo $!; exec sleep 1000");
        await Eventually.BeTrueAsync(() => parent.Output.Length > 0, Soon, "the shell has started a child");
        var zombie = parent.Output.Trim();
        await Eventually.BeTrueAsync(
            () => File.ReadAllText($"/proc/{zombie}/stat").Contains(") Z ", StringComparison.Ordinal), Soon,
            "the child is a zombie");
        await File.WriteAllTextAsync(Path.Combine(instance.Postgres, "postmaster.pid"), $"{zombie}\n");
        var time = new FakeTimeProvider();
        using var server = new PostgresServer(instance.Options, instance.Log, time);

        var start = server.StartAsync(instance.Configuration(), temporary: false, CancellationToken.None);
        await Eventually.BeTrueAsync(
            () =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                return start.IsCompleted;
            },
            Soon,
            "the start gives up");

        var failure = await Assert.ThrowsAsync<PostgresToolException>(() => start);
        Assert.Contains($"its former process {zombie} exists", failure.Message, StringComparison.Ordinal);
        parent.Kill();
        await Eventually.BeTrueAsync(() => !File.Exists($"/proc/{zombie}/stat"), Soon, "init collects the zombie");
        var outcome = await StartAsync(instance, instance.Configuration(("work_mem", "7MB")));
        Assert.Empty(outcome.LeftOut);
    }

    private static ServerStart Start(TestInstance instance, Func<Task<bool>> launch)
    {
        var directory = new DataDirectory(instance.Postgres);
        var tool = new Tool(
            new Binaries(PostgresPrograms.Directory), instance.Directory, TimeProvider.System, instance.Log);
        var good = new LastGoodConfiguration(instance.Directory, directory, instance.Log);
        var trial = new ConfigurationTrial(instance.Options, directory, tool, instance.Log);
        return new ServerStart(
            instance.Postgres,
            new ConfigurationFiles(directory),
            new ConfigurationFilter(trial, good, instance.Log),
            good,
            instance.Log,
            (_, _, _) => launch());
    }

    private static List<string> Hba(TestInstance instance) =>
        [.. File.ReadAllLines(Path.Combine(instance.Postgres, "pg_hba.conf"))];

    private static ServerConfiguration WithHba(TestInstance instance, params string[] lines)
    {
        var configuration = instance.Configuration();
        return configuration with { Hba = [.. configuration.Hba.Take(configuration.OwnHbaLines), .. lines] };
    }

    private static async Task<ConfigurationOutcome.Applied> StartAsync(
        TestInstance instance, ServerConfiguration configuration)
    {
        var outcome = await instance.Server.StartAsync(configuration, temporary: false, CancellationToken.None);
        await instance.Server.AwaitReadyAsync(TimeSpan.FromSeconds(30), CancellationToken.None);
        return Assert.IsType<ConfigurationOutcome.Applied>(outcome);
    }

    /// <summary>A library of PostgreSQL's, where it can be taken away.</summary>
    private static async Task<string> LibraryAsync(TestInstance instance)
    {
        var path = Path.Combine(instance.Directory, "library.so");
        var libraries = Path.Combine(PostgresPrograms.Directory, "..", "lib");
        await TestInstance.RunAsync("cp", Path.Combine(libraries, "auto_explain.so"), path);
        return path;
    }
}
