namespace Stolon.Testing.Consul;

/// <summary>Three Consul servers and a client agent.</summary>
public sealed class ConsulCluster : IAsyncDisposable
{
    private ConsulCluster(IReadOnlyList<ConsulServer> servers, ConsulServer agent)
    {
        Servers = servers;
        Agent = agent;
    }

    public IReadOnlyList<ConsulServer> Servers { get; }

    private IEnumerable<ConsulServer> All => [.. Servers, Agent];

    /// <summary>The API of any of the servers.</summary>
    public ConsulServer Agent { get; }

    /// <summary>Starts all and waits until each serves.</summary>
    public static async Task<ConsulCluster> StartAsync()
    {
        var ports = FreePort.Several(3);
        var cluster = new ConsulCluster(
        [
            .. ports.Select((port, i) => ConsulServer.Prepare(
                new ConsulServerOptions { Name = $"n{i}", MemberPort = port, Members = ports })),
        ],
        ConsulServer.Prepare(new ConsulServerOptions { Name = "agent", AgentOnly = true, Members = ports }));
        foreach (var member in cluster.All)
        {
            member.Launch();
        }

        foreach (var member in cluster.All)
        {
            await member.ServesAsync();
        }

        return cluster;
    }

    /// <summary>The current leader.</summary>
    public async Task<ConsulServer> LeaderAsync()
    {
        foreach (var server in Servers)
        {
            // Only the leader reports itself as leader.
            if ((await server.Api.GetAsync("/v1/agent/self"))!["Stats"]!["consul"]!["leader"]!.GetValue<string>()
                == "true")
            {
                return server;
            }
        }

        throw new InvalidOperationException("no server leads");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in All)
        {
            await member.DisposeAsync();
        }
    }
}
