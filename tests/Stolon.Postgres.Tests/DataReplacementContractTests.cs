using Stolon.Postgres.Contract;

namespace Stolon.Postgres.Tests;

/// <summary>The contract on the real server.</summary>
public sealed class DataReplacementContractTests : DataReplacementContract
{
    protected override Task RunAsync(Func<ContractInstance, ContractInstance, Task> fact) =>
        PostgresContractTests.RunOnServersAsync(fact);
}
