namespace Stolon.EndToEnd.Tests.Rig.Stores;

/// <summary>Starts the store that a cluster's shape asks for.</summary>
internal static class StoreServers
{
    public static async Task<IClusterStoreServer> StartAsync(ClusterShape shape, TestDirectory directory)
    {
        var server = await StartServerAsync(shape, directory);
        return shape.CountsTraffic && server.Port is { } port ? new CountedStore(server, port) : server;
    }

    private static async Task<IClusterStoreServer> StartServerAsync(ClusterShape shape, TestDirectory directory) =>
        shape.Store switch
        {
            StoreKind.EtcdV3 when shape.Certificates is { } certificates =>
                await certificates.StartStoreAsync(directory),
            StoreKind.EtcdV3 => await EtcdV3Store.StartAsync(),
            StoreKind.EtcdV2 => await ServerStore.EtcdV2Async(),
            StoreKind.Consul => await ServerStore.ConsulAsync(),
            StoreKind.Kubernetes => await KubernetesStore.StartAsync(ClusterParts.ClusterName, directory.Secret),
            StoreKind.Sqlite => new SqliteStore(directory),
            _ => throw new NotSupportedException($"no {shape.Store} for a cluster"),
        };
}
