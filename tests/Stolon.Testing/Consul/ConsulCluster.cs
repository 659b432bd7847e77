namespace Stolon.Testing.Consul;

/// <summary>Three Consul servers.</summary>
public sealed class ConsulCluster : IAsyncDisposable
{
    private ConsulCluster(IReadOnlyList<ConsulServer> servers) => Servers = servers;

    public IReadOnlyList<ConsulServer> Servers { get; }

    /// <summary>Starts three servers and waits until each serves.</summary>
    public static async Task<ConsulCluster> StartAsync()
    {
        var ports = FreePort.Several(3);
        var cluster = new ConsulCluster(
        [
            .. ports.Select((port, i) => ConsulServer.Prepare(
                new ConsulServerOptions { Name = $"n{i}", MemberPort = port, Members = ports })),
        ]);
        foreach (var server in cluster.Servers)
        {
            server.Launch();
        }

        foreach (var server in cluster.Servers)
        {
            await server.ServesAsync();
        }

        return cluster;
    }

    /// <summary>The server that leads now.</summary>
    public async Task<ConsulServer> LeaderAsync()
    {
        foreach (var server in Servers)
        {
            // Who leads says so about itself alone.
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
        foreach (var server in Servers)
        {
            await server.DisposeAsync();
        }
    }
}
