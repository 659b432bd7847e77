using Stolon.Testing.Consul;
using Stolon.Testing.Etcd;

namespace Stolon.EndToEnd.Tests.Rig.Stores;

/// <summary>A store whose programs are told its endpoint.</summary>
/// <param name="endpoint">URL.</param>
/// <param name="restart">Ends it as a crash would and starts it again.</param>
/// <param name="options">More than backend and endpoint.</param>
public class ServerStore(
    string backend,
    string endpoint,
    Func<Task> restart,
    Action thaw,
    IAsyncDisposable server,
    params IReadOnlyList<string> options) : IClusterStoreServer
{
    public int? Port => new Uri(endpoint).Port;

    public int? Line { get; set; }

    public IReadOnlyList<string> Options =>
    [
        "--store-backend", backend,
        "--store-endpoints", endpoint.Replace($":{Port}", $":{Line ?? Port}", StringComparison.Ordinal),
        .. options,
    ];

    /// <summary>Debian's etcd, by its v2 API.</summary>
    public static async Task<ServerStore> EtcdV2Async()
    {
        var etcd = await EtcdServer.StartAsync(new EtcdServerOptions { V2 = true });
        return new ServerStore("etcdv2", etcd.Endpoint, etcd.KillAndStartAgainAsync, etcd.Thaw, etcd);
    }

    /// <summary>Debian's Consul.</summary>
    public static async Task<ServerStore> ConsulAsync()
    {
        var consul = await ConsulServer.StartAsync();
        return new ServerStore(
            "consul",
            consul.Endpoint,
            async () =>
            {
                consul.Kill();
                await consul.StartAgainAsync();
            },
            consul.Thaw,
            consul);
    }

    public IReadOnlyDictionary<string, string> Environment(string program) => new Dictionary<string, string>();

    public Task RestartAsync() => restart();

    public void Thaw() => thaw();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return server.DisposeAsync();
    }
}
