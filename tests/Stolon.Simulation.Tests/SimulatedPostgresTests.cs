using Stolon.Postgres.Contract;
using Stolon.Simulation.Postgres;
using Stolon.Simulation.World;
using Xunit;

namespace Stolon.Simulation.Tests;

/// <summary>The contract on the simulated PostgreSQL, in virtual time.</summary>
public sealed class SimulatedPostgresTests : PostgresContract
{
    private static readonly TimeSpan End = TimeSpan.FromHours(1);

    protected override Task RunAsync(Func<ContractInstance, ContractInstance, Task> fact) => RunSimulatedAsync(fact);

    internal static async Task RunSimulatedAsync(Func<ContractInstance, ContractInstance, Task> fact)
    {
        var world = new SimulatedWorld(SimulationOptions.Draw(seed: 1) with { Keepers = 2 });
        Task? running = null;
        SimulatedProcess.Start(world, "contract", (process, token) =>
        {
            running = fact(Of(world, process, world.Hosts[0]), Of(world, process, world.Hosts[1]));
            return Task.Delay(Timeout.InfiniteTimeSpan, process.Time, token);
        });

        Assert.True(world.Scheduler.RunUntil(End, () => running is { IsCompleted: true }), "the fact does not end");
        await running!;
    }

    private static ContractInstance Of(SimulatedWorld world, SimulatedProcess process, SimulatedHost host)
    {
        ContractInstance instance = null!;
        instance = new ContractInstance
        {
            Postgres = new SimulatedPostgres(world, process, host),
            Address = host.Address,
            Time = process.Time,
            Primary = ContractInstance.PlainPrimary,
            Following = source => instance.PlainFollowing(source),
        };
        return instance;
    }
}
