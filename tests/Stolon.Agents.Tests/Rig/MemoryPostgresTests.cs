using Stolon.Core.Keeper;
using Stolon.Postgres.Contract;

namespace Stolon.Agents.Tests.Rig;

/// <summary>The contract on the PostgreSQL in memory.</summary>
public sealed class MemoryPostgresTests : PostgresContract
{
    protected override Task RunAsync(Func<ContractInstance, ContractInstance, Task> fact) => RunInMemoryAsync(fact);

    internal static async Task RunInMemoryAsync(Func<ContractInstance, ContractInstance, Task> fact)
    {
        var servers = new Dictionary<ServerAddress, MemoryPostgres>();
        await fact(Add(servers, 1), Add(servers, 2));
    }

    private static ContractInstance Add(Dictionary<ServerAddress, MemoryPostgres> servers, int number)
    {
        var address = new ServerAddress($"host{number}", "5432");
        servers[address] = new MemoryPostgres([], TimeProvider.System)
        {
            NewSystemIdentifier = $"700000000000000000{number}",
            Sources = source => servers.GetValueOrDefault(source),
        };
        ContractInstance instance = null!;
        instance = new ContractInstance
        {
            Postgres = servers[address],
            Address = address,
            Time = TimeProvider.System,
            Primary = ContractInstance.PlainPrimary,
            Following = source => instance.PlainFollowing(source),
        };
        return instance;
    }
}
