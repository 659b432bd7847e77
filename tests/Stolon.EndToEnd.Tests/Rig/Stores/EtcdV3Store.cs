using Stolon.Testing.Etcd;

namespace Stolon.EndToEnd.Tests.Rig.Stores;

/// <summary>Debian's etcd, by its v3 API.</summary>
/// <param name="options">How it is reached and logged in to.</param>
public sealed class EtcdV3Store(EtcdServer server, IReadOnlyList<string> options) : IClusterStoreServer
{
    public EtcdServer Server => server;

    public IReadOnlyList<string> Options => ["--store-backend", "etcdv3", .. options];

    public static async Task<EtcdV3Store> StartAsync()
    {
        var server = await EtcdServer.StartAsync();
        return new EtcdV3Store(server, ["--store-endpoints", server.Address]);
    }

    public IReadOnlyDictionary<string, string> Environment(string program) => new Dictionary<string, string>();

    public Task RestartAsync()
    {
        server.Kill();
        return server.StartAgainAsync();
    }

    public void Thaw() => server.Thaw();

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
