using Stolon.Postgres.Contract;

namespace Stolon.Agents.Tests.Rig;

/// <summary>The contract on the PostgreSQL in memory.</summary>
public sealed class MemoryDataReplacementTests : DataReplacementContract
{
    protected override Task RunAsync(Func<ContractInstance, ContractInstance, Task> fact) =>
        MemoryPostgresTests.RunInMemoryAsync(fact);
}
