using Stolon.Testing.Etcd;

namespace Stolon.EndToEnd.Tests.Rig.Stores;

/// <summary>Debian's etcd, by its v2 API.</summary>
public sealed class EtcdV2Store : IClusterStoreServer
{
    private readonly EtcdServer _server;

    private EtcdV2Store(EtcdServer server) => _server = server;

    public int? Port => new Uri(_server.Endpoint).Port;

    public int? Line { get; set; }

    public IReadOnlyList<string> Options =>
        ["--store-backend", "etcdv2", "--store-endpoints", $"127.0.0.1:{Line ?? Port}"];

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
