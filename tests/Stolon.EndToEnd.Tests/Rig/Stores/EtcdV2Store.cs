using Stolon.Testing.Etcd;

namespace Stolon.EndToEnd.Tests.Rig.Stores;

/// <summary>Debian's etcd, by its v2 API.</summary>
public sealed class EtcdV2Store : IClusterStoreServer
{
    private readonly EtcdServer _server;

    private EtcdV2Store(EtcdServer server) => _server = server;

    public IReadOnlyList<string> Options => ["--store-backend", "etcdv2", "--store-endpoints", _server.Address];

    public static async Task<EtcdV2Store> StartAsync() =>
        new(await EtcdServer.StartAsync(new EtcdServerOptions { V2 = true }));

    public IReadOnlyDictionary<string, string> Environment(string program) => new Dictionary<string, string>();

    public Task RestartAsync()
    {
        _server.Kill();
        return _server.StartAgainAsync();
    }

    public void Thaw() => _server.Thaw();

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
