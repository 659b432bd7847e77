namespace Stolon.Testing.Etcd;

/// <summary>Three etcd members.</summary>
public sealed class EtcdCluster : IAsyncDisposable
{
    private EtcdCluster(IReadOnlyList<EtcdServer> members) => Members = members;

    public IReadOnlyList<EtcdServer> Members { get; }

    /// <summary>Client URLs of all members.</summary>
    public IReadOnlyList<string> Endpoints => [.. Members.Select(m => m.Endpoint)];

    /// <summary>Starts three members and waits until each is ready.</summary>
    /// <param name="v2">True: with the v2 API.</param>
    public static async Task<EtcdCluster> StartAsync(bool v2 = false)
    {
        int[] peers = [FreePort.Next(), FreePort.Next(), FreePort.Next()];
        var initial = string.Join(',', peers.Select((port, i) => $"m{i}=http://127.0.0.1:{port}"));
        var cluster = new EtcdCluster(
        [
            .. peers.Select((port, i) => EtcdServer.Prepare(new EtcdServerOptions
            {
                Name = $"m{i}",
                PeerPort = port,
                InitialCluster = initial,
                HeartbeatMilliseconds = 100,
                V2 = v2,
            })),
        ]);
        foreach (var member in cluster.Members)
        {
            member.Launch();
        }

        foreach (var member in cluster.Members)
        {
            await member.ServesAsync();
        }

        return cluster;
    }

    /// <summary>The current leader.</summary>
    public async Task<EtcdServer> LeaderAsync()
    {
        foreach (var member in Members)
        {
            if (await member.Json.IsLeaderAsync())
            {
                return member;
            }
        }

        throw new InvalidOperationException("no member leads");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var member in Members)
        {
            await member.DisposeAsync();
        }
    }
}
