using Stolon.Postgres.Contract;

namespace Stolon.Postgres.Tests;

/// <summary>The contract on the real server.</summary>
public sealed class PostgresContractTests : PostgresContract
{
    protected override Task RunAsync(Func<ContractInstance, ContractInstance, Task> fact) =>
        RunOnServersAsync(fact);

    internal static async Task RunOnServersAsync(Func<ContractInstance, ContractInstance, Task> fact)
    {
        await using var self = TestInstance.Empty();
        await using var other = TestInstance.Empty();
        await fact(Of(self, copied: true), Of(other, copied: false));
    }

    /// <param name="copied">Its data come from the template; otherwise initdb makes them, with another system
    /// identifier.</param>
    private static ContractInstance Of(TestInstance instance, bool copied) => new()
    {
        Postgres = instance.Server,
        Address = instance.Address,
        Time = TimeProvider.System,
        Primary = instance.Configuration(),
        Following = source => instance.Following(source),
        CopyData = copied ? instance.CopyDataAsync : null,
    };
}
