using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Xunit;

namespace Stolon.Postgres.Contract;

/// <summary>How every <see cref="Agents.Ports.Postgres.IPostgres"/> must erase and replace data, clone, and
/// promote.</summary>
public abstract class DataReplacementContract
{
    protected static CancellationToken Token => CancellationToken.None;

    /// <inheritdoc cref="PostgresContract.RunAsync"/>
    protected abstract Task RunAsync(Func<ContractInstance, ContractInstance, Task> fact);

    [Fact]
    public Task Erased_data_are_gone() => RunAsync(async (self, _) =>
    {
        await self.InitializeAsync();

        await self.Postgres.EraseAsync(Token);
        await self.Postgres.EraseAsync(Token);

        Assert.Null((await self.InspectAsync()).Data);
        Assert.False((await self.InspectAsync()).DirectoryHasFiles);
    });

    [Fact]
    public Task Data_set_aside_leave_an_empty_directory() => RunAsync(async (self, _) =>
    {
        Assert.Null(await self.Postgres.SetAsideAsync(Token));
        await self.InitializeAsync();

        Assert.NotNull(await self.Postgres.SetAsideAsync(Token));

        Assert.Null((await self.InspectAsync()).Data);
        Assert.False((await self.InspectAsync()).DirectoryHasFiles);
    });

    [Fact]
    public Task The_data_of_a_running_server_are_not_touched() => RunAsync(async (self, other) =>
    {
        await self.RunPrimaryAsync();
        await other.RunPrimaryAsync();
        await other.Postgres.CreateSlotAsync(self.Slot, Token);
        var before = await self.InspectAsync();

        await ContractInstance.RefusesAsync(() => self.Postgres.EraseAsync(Token), "erase");
        await ContractInstance.RefusesAsync(() => self.Postgres.SetAsideAsync(Token), "set aside");
        await ContractInstance.RefusesAsync(() => self.Postgres.InitDbAsync(new NewConfig(), Token), "initdb");
        await ContractInstance.RefusesAsync(
            () => self.Postgres.CloneAsync(other.Address, self.Uid, self.Slot, Token), "clone");
        await ContractInstance.RefusesAsync(
            () => self.Postgres.CloneBesideAsync(other.Address, self.Uid, self.Slot, Token), "clone beside");
        await ContractInstance.RefusesAsync(() => self.Postgres.RewindAsync(other.Address, self.Uid, Token), "rewind");
        await ContractInstance.RefusesAsync(() => self.Postgres.SwapInAsync(Token), "swap in");

        var after = await self.InspectAsync();
        Assert.Equal(before.Server?.ProcessId, after.Server?.ProcessId);
        Assert.Equal(before.Data?.SystemIdentifier, after.Data?.SystemIdentifier);
        Assert.True((await self.Postgres.ObserveAsync(Token)).Healthy);
    });

    [Fact]
    public Task A_probe_reaches_only_a_running_server_with_the_expected_identifier() => RunAsync(async (self, other) =>
    {
        await other.RunPrimaryAsync();
        var identifier = (await other.DataAsync()).SystemIdentifier;

        await self.Postgres.ProbeAsync(other.Address, self.Uid, null, Token);
        await self.Postgres.ProbeAsync(other.Address, self.Uid, identifier, Token);
        await ContractInstance.RefusesAsync(
            () => self.Postgres.ProbeAsync(other.Address, self.Uid, "1234567890", Token), "another identifier");
        await other.Postgres.StopAsync(Token);
        await ContractInstance.RefusesAsync(
            () => self.Postgres.ProbeAsync(other.Address, self.Uid, identifier, Token), "a stopped source");
    });

    [Fact]
    public Task A_clone_runs_as_a_standby_of_the_same_cluster() => RunAsync(async (self, primary) =>
    {
        await primary.RunPrimaryAsync();

        await self.RunStandbyAsync(primary);

        Assert.True((await self.AnswersAsync()).InRecovery);
        var data = await self.DataAsync();
        Assert.Equal(InstanceRole.Standby, data.Role);
        Assert.Equal((await primary.DataAsync()).SystemIdentifier, data.SystemIdentifier);
        Assert.Equal(new Timeline(1), data.Timeline);
        Assert.True((await self.Postgres.ObserveAsync(Token)).Healthy);
    });

    [Fact]
    public Task A_clone_has_no_slots() => RunAsync(async (self, primary) =>
    {
        await primary.RunPrimaryAsync();
        await self.RunStandbyAsync(primary);

        Assert.Equal([self.Slot], (await primary.AnswersAsync()).Slots);
        Assert.Empty((await self.AnswersAsync()).Slots);
    });

    [Fact]
    public Task Nothing_is_left_of_a_clone_that_fails() => RunAsync(async (self, primary) =>
    {
        await primary.RunPrimaryAsync();
        await ContractInstance.RefusesAsync(
            () => self.Postgres.CloneAsync(primary.Address, self.Uid, self.Slot, Token), "the slot does not exist");
        await primary.Postgres.StopAsync(Token);
        await ContractInstance.RefusesAsync(
            () => self.Postgres.CloneAsync(primary.Address, self.Uid, self.Slot, Token), "the source does not run");

        var observation = await self.InspectAsync();
        Assert.Null(observation.Data);
        Assert.False(observation.DirectoryHasFiles);
    });

    [Fact]
    public Task A_restarted_standby_is_still_a_standby() => RunAsync(async (self, primary) =>
    {
        await primary.RunPrimaryAsync();
        await self.RunStandbyAsync(primary);

        await self.Postgres.StopAsync(Token);
        Assert.Equal(InstanceRole.Standby, (await self.DataAsync()).Role);
        Assert.False((await self.DataAsync()).ShutDownCleanly);
        await self.StartAsync(self.Following(primary.Address));

        Assert.True((await self.AnswersAsync()).InRecovery);
    });

    [Fact]
    public Task A_promoted_standby_is_a_primary_on_the_next_timeline() => RunAsync(async (self, primary) =>
    {
        await primary.RunPrimaryAsync();
        await self.RunStandbyAsync(primary);
        var process = (await self.InspectAsync()).Server?.ProcessId;

        await self.Postgres.PromoteAsync(self.Primary, Token);

        Assert.False((await self.AnswersAsync()).InRecovery);
        Assert.Equal(InstanceRole.Primary, (await self.DataAsync()).Role);
        Assert.Equal(process, (await self.InspectAsync()).Server?.ProcessId);
        await self.UntilAsync(
            () => self.Postgres.ObserveAsync(Token), r => r.Timeline == new Timeline(2), "the timeline is the next");
        Assert.Equal(
            (await primary.DataAsync()).SystemIdentifier, (await self.DataAsync()).SystemIdentifier);
    });

    [Fact]
    public Task A_clone_made_beside_replaces_the_data_only_when_it_is_swapped_in() => RunAsync(async (self, primary) =>
    {
        await self.InitializeAsync();
        await primary.RunPrimaryAsync();
        await primary.Postgres.CreateSlotAsync(self.Slot, Token);
        var old = (await self.DataAsync()).SystemIdentifier;
        var expected = (await primary.DataAsync()).SystemIdentifier;

        await self.Postgres.CloneBesideAsync(primary.Address, self.Uid, self.Slot, Token);
        var beside = await self.InspectAsync();
        Assert.Equal(old, beside.Data?.SystemIdentifier);
        Assert.Equal(new ReplacementProgress(ReplacementStage.Complete, self.Uid), beside.Replacement);

        await self.Postgres.SwapInAsync(Token);
        var swapped = await self.InspectAsync();
        Assert.Equal(expected, swapped.Data?.SystemIdentifier);
        Assert.Equal(ReplacementStage.Swapped, swapped.Replacement?.Stage);

        await self.UntilAsync(
            async () =>
            {
                await self.Postgres.DropReplacedAsync(Token);
                return await self.InspectAsync();
            },
            o => o.Replacement is null,
            "the replaced data are deleted");
        await self.StartAsync(self.Following(primary.Address));
        Assert.True((await self.AnswersAsync()).InRecovery);
    });
}
