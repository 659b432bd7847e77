using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Store.Etcd;
using Stolon.Store.Tests.Etcd;
using Stolon.Testing.Etcd;

[assembly: AssemblyFixture(typeof(SharedEtcd))]

namespace Stolon.Store.Tests.Etcd;

/// <summary>One etcd for all tests that do not hurt it; each has its own keys.</summary>
public sealed class SharedEtcd : IAsyncLifetime
{
    private EtcdServer? _server;

    public EtcdServer Server => _server!;

    public async ValueTask InitializeAsync() => _server = await EtcdServer.StartAsync();

    public EtcdKeyValueStore Store() => Store([Server.Endpoint]);

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    public static EtcdKeyValueStore Store(
        IEnumerable<string> endpoints, TimeSpan? timeout = null, StoreTls? tls = null, StoreLogin? login = null,
        ILogger? logger = null) =>
        new(
            new EtcdOptions
            {
                Endpoints = StoreEndpoints.Parse(string.Join(',', endpoints), StoreEndpoints.EtcdDefault),
                RequestTimeout = timeout ?? TimeSpan.FromSeconds(5),
                Tls = tls,
                Login = login,
            },
            TimeProvider.System,
            logger ?? NullLogger.Instance);
}
