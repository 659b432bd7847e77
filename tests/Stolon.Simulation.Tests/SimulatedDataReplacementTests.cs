using Stolon.Postgres.Contract;

namespace Stolon.Simulation.Tests;

/// <summary>The contract on the simulated PostgreSQL, in virtual time.</summary>
public sealed class SimulatedDataReplacementTests : DataReplacementContract
{
    protected override Task RunAsync(Func<ContractInstance, ContractInstance, Task> fact) =>
        SimulatedPostgresTests.RunSimulatedAsync(fact);
}
