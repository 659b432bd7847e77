using Stolon.Testing.Etcd;

namespace Stolon.EndToEnd.Tests.Rig.Stores;

/// <summary>Debian's etcd, by its v3 API.</summary>
/// <param name="options">How it is logged in to.</param>
public sealed class EtcdV3Store(EtcdServer server, params IReadOnlyList<string> options)
    : ServerStore("etcdv3", server.Endpoint, server.KillAndStartAgainAsync, server.Thaw, server, options)
{
    public EtcdServer Server => server;

    public static async Task<EtcdV3Store> StartAsync() => new(await EtcdServer.StartAsync());
}
