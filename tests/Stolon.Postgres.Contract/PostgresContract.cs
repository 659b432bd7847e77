using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Postgres.Contract;

/// <summary>What the data directory and server of every <see cref="Agents.Ports.Postgres.IPostgres"/> must
/// do.</summary>
public abstract class PostgresContract
{
    protected static CancellationToken Token => CancellationToken.None;

    /// <summary>Runs the fact on two instances with empty data directories.</summary>
    protected abstract Task RunAsync(Func<ContractInstance, ContractInstance, Task> fact);

    [Fact]
    public Task An_empty_directory_has_neither_data_nor_a_server() => RunAsync(async (self, _) =>
    {
        var observation = await self.InspectAsync();
        Assert.Null(observation.Data);
        Assert.Null(observation.Server);
        Assert.False(observation.DirectoryHasFiles);
        Assert.False((await self.Postgres.ObserveAsync(Token)).Healthy);
        Assert.False(await self.Postgres.WaitForExitAsync(Token));
    });

    [Fact]
    public Task Initdb_creates_the_data_of_a_primary_on_timeline_one() => RunAsync(async (self, _) =>
    {
        await self.Postgres.InitDbAsync(new NewConfig(), Token);

        var data = await self.DataAsync();
        Assert.Equal(InstanceRole.Primary, data.Role);
        Assert.Equal(new Timeline(1), data.Timeline);
        Assert.NotNull(data.SystemIdentifier);
        Assert.True((await self.InspectAsync()).DirectoryHasFiles);
        Assert.Null((await self.InspectAsync()).Server);
    });

    [Fact]
    public Task Two_clusters_have_different_system_identifiers() => RunAsync(async (self, other) =>
    {
        await self.Postgres.InitDbAsync(new NewConfig(), Token);
        await other.Postgres.InitDbAsync(new NewConfig(), Token);

        Assert.NotEqual((await self.DataAsync()).SystemIdentifier, (await other.DataAsync()).SystemIdentifier);
    });

    [Fact]
    public Task Data_are_never_created_over_other_data() => RunAsync(async (self, other) =>
    {
        await self.InitializeAsync();
        await other.RunPrimaryAsync();
        await other.Postgres.CreateSlotAsync(self.Slot, Token);
        var before = (await self.DataAsync()).SystemIdentifier;

        await ContractInstance.RefusesAsync(
            () => self.Postgres.InitDbAsync(new NewConfig(), Token), "initdb over data");
        await ContractInstance.RefusesAsync(
            () => self.Postgres.CloneAsync(other.Address, self.Uid, self.Slot, Token), "clone over data");

        Assert.Equal(before, (await self.DataAsync()).SystemIdentifier);
    });

    [Fact]
    public Task A_new_server_can_be_given_its_roles() => RunAsync(async (self, other) =>
    {
        await self.Postgres.InitDbAsync(new NewConfig(), Token);
        await self.StartAsync(self.Primary);
        await self.Postgres.SetUpRolesAsync(Token);

        await other.Postgres.ProbeAsync(self.Address, other.Uid, null, Token);
    });

    [Fact]
    public Task A_started_server_runs_and_answers_as_a_primary() => RunAsync(async (self, _) =>
    {
        await self.RunPrimaryAsync();

        var server = (await self.InspectAsync()).Server;
        Assert.NotNull(server);
        Assert.True(server.ProcessId > 0);
        Assert.False((await self.AnswersAsync()).InRecovery);
        Assert.False((await self.DataAsync()).ShutDownCleanly);
    });

    [Fact]
    public Task A_running_primary_is_observed_healthy_with_its_position() => RunAsync(async (self, _) =>
    {
        await self.RunPrimaryAsync();

        var report = await self.Postgres.ObserveAsync(Token);
        Assert.True(report.Healthy);
        Assert.Equal((await self.DataAsync()).SystemIdentifier, report.SystemIdentifier);
        Assert.Equal(new Timeline(1), report.Timeline);
        Assert.True(report.Position > Lsn.Unknown);
        Assert.Equal([], report.SynchronousStandbys);
    });

    [Fact]
    public Task A_server_does_not_start_without_data() => RunAsync(async (self, _) =>
    {
        await ContractInstance.RefusesAsync(
            () => self.Postgres.StartAsync(self.Primary, temporary: false, Token), "start without data");

        Assert.Null((await self.InspectAsync()).Server);
    });

    [Fact]
    public Task A_running_server_is_not_started_a_second_time() => RunAsync(async (self, _) =>
    {
        await self.RunPrimaryAsync();
        var process = (await self.InspectAsync()).Server?.ProcessId;

        await ContractInstance.RefusesAsync(
            () => self.Postgres.StartAsync(self.Primary, temporary: false, Token), "start of a running server");

        Assert.Equal(process, (await self.InspectAsync()).Server?.ProcessId);
    });

    [Fact]
    public Task A_stopped_primary_was_shut_down_cleanly() => RunAsync(async (self, _) =>
    {
        await self.RunPrimaryAsync();

        await self.Postgres.StopAsync(Token);

        Assert.Null((await self.InspectAsync()).Server);
        Assert.True((await self.DataAsync()).ShutDownCleanly);
        Assert.False((await self.Postgres.ObserveAsync(Token)).Healthy);
    });

    [Fact]
    public Task Stopping_does_nothing_when_no_server_runs() => RunAsync(async (self, _) =>
    {
        await self.Postgres.StopAsync(Token);

        var progress = await self.Postgres.ShutDownAsync(TimeSpan.FromSeconds(1), Token);
        Assert.True(progress.Ended);
        Assert.False(progress.InOrder);
    });

    [Fact]
    public Task An_orderly_shutdown_ends_the_server_and_is_reported() => RunAsync(async (self, _) =>
    {
        await self.RunPrimaryAsync();

        var progress = await self.UntilAsync(
            () => self.Postgres.ShutDownAsync(TimeSpan.FromSeconds(1), Token), p => p.Ended, "the server ends");

        Assert.True(progress.InOrder);
        Assert.Null((await self.InspectAsync()).Server);
    });

    [Fact]
    public Task The_end_of_the_server_is_noticed() => RunAsync(async (self, _) =>
    {
        await self.RunPrimaryAsync();
        var exit = self.Postgres.WaitForExitAsync(Token);
        Assert.False(exit.IsCompleted);

        await self.Postgres.StopAsync(Token);

        Assert.True(await exit);
        Assert.False(await self.Postgres.WaitForExitAsync(Token));
    });

    [Fact]
    public Task A_restarted_server_is_a_new_process_on_the_same_data() => RunAsync(async (self, _) =>
    {
        await self.RunPrimaryAsync();
        await self.Postgres.CreateSlotAsync(self.Slot, Token);
        var before = await self.InspectAsync();

        await self.Postgres.StopAsync(Token);
        await self.StartAsync(self.Primary);

        var after = await self.InspectAsync();
        Assert.NotEqual(before.Server?.ProcessId, after.Server?.ProcessId);
        Assert.Equal(before.Data?.SystemIdentifier, after.Data?.SystemIdentifier);
        Assert.Equal([self.Slot], (await self.AnswersAsync()).Slots);
    });

    [Fact]
    public Task Steps_that_need_a_server_fail_without_one() => RunAsync(async (self, _) =>
    {
        await self.InitializeAsync();

        await ContractInstance.RefusesAsync(
            () => self.Postgres.AwaitReadyAsync(TimeSpan.FromSeconds(1), Token), "await ready");
        await ContractInstance.RefusesAsync(() => self.Postgres.ReloadAsync(self.Primary, Token), "reload");
        await ContractInstance.RefusesAsync(() => self.Postgres.PromoteAsync(self.Primary, Token), "promote");
        await ContractInstance.RefusesAsync(() => self.Postgres.SetUpRolesAsync(Token), "roles");
        await ContractInstance.RefusesAsync(() => self.Postgres.CreateSlotAsync(self.Slot, Token), "create slot");
        await ContractInstance.RefusesAsync(() => self.Postgres.DropSlotAsync(self.Slot, Token), "drop slot");
    });

    [Fact]
    public Task A_reload_brings_a_new_configuration_into_force() => RunAsync(async (self, _) =>
    {
        await self.RunPrimaryAsync();
        var process = (await self.InspectAsync()).Server?.ProcessId;

        await self.Postgres.ReloadAsync(
            self.Primary with { Parameters = self.Primary.Parameters.With("synchronous_standby_names", "other") },
            Token);

        await self.UntilAsync(
            self.AnswersAsync, a => a.SynchronousStandbyNames == "other", "the new names are in force");
        Assert.Equal(process, (await self.InspectAsync()).Server?.ProcessId);
    });

    [Fact]
    public Task A_slot_exists_from_its_creation_until_it_is_dropped() => RunAsync(async (self, _) =>
    {
        await self.RunPrimaryAsync();
        await self.Postgres.CreateSlotAsync("stolon_one", Token);
        await self.Postgres.CreateSlotAsync("stolon_two", Token);
        Assert.Equal(["stolon_one", "stolon_two"], (await self.AnswersAsync()).Slots);

        await self.Postgres.DropSlotAsync("stolon_one", Token);

        Assert.Equal(["stolon_two"], (await self.AnswersAsync()).Slots);
    });

    [Fact]
    public Task A_slot_is_created_once_and_dropped_once() => RunAsync(async (self, _) =>
    {
        await self.RunPrimaryAsync();
        await self.Postgres.CreateSlotAsync("stolon_one", Token);

        await ContractInstance.RefusesAsync(() => self.Postgres.CreateSlotAsync("stolon_one", Token), "it exists");
        await self.Postgres.DropSlotAsync("stolon_one", Token);
        await ContractInstance.RefusesAsync(
            () => self.Postgres.DropSlotAsync("stolon_one", Token), "it does not exist");

        Assert.Empty((await self.AnswersAsync()).Slots);
    });
}
