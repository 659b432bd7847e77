using Stolon.Store.Contract;
using Stolon.Testing.Etcd;

namespace Stolon.Store.Tests.Etcd;

/// <summary>An etcd for one test class, which breaks it.</summary>
public sealed class FaultedEtcd : IStoreServer, IAsyncLifetime
{
    private EtcdServer? _server;

    public int Port => new Uri(_server!.Endpoint).Port;

    public async ValueTask InitializeAsync() => _server =
        await EtcdServer.StartAsync(new EtcdServerOptions { V2 = true });

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    public Task KillAsync()
    {
        _server!.Kill();
        return Task.CompletedTask;
    }

    public Task StartAgainAsync() => _server!.StartAgainAsync();

    public void Freeze() => _server!.Freeze();

    public void Thaw() => _server!.Thaw();
}
