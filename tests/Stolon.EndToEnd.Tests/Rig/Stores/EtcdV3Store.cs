using Stolon.Testing.Etcd;

namespace Stolon.EndToEnd.Tests.Rig.Stores;

/// <summary>Debian's etcd, by its v3 API.</summary>
/// <param name="options">How it is logged in to.</param>
public sealed class EtcdV3Store(EtcdServer server, params IReadOnlyList<string> options) : IClusterStoreServer
{
    public EtcdServer Server => server;

    public int? Port => new Uri(server.Endpoint).Port;

    public int? Line { get; set; }

    public IReadOnlyList<string> Options =>
    [
        "--store-backend", "etcdv3",
        "--store-endpoints", server.Endpoint.Replace($":{Port}", $":{Line ?? Port}", StringComparison.Ordinal),
        .. options,
    ];

    public static async Task<EtcdV3Store> StartAsync() => new(await EtcdServer.StartAsync());

    public IReadOnlyDictionary<string, string> Environment(string program) => new Dictionary<string, string>();

    public Task RestartAsync()
    {
        server.Kill();
        return server.StartAgainAsync();
    }

    public void Thaw() => server.Thaw();

    public ValueTask DisposeAsync() => server.DisposeAsync();
}
