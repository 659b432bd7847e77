using Stolon.Store.Contract;
using Stolon.Testing.Consul;

namespace Stolon.Store.Tests.Consul;

/// <summary>A Consul for one test class, which breaks it.</summary>
public sealed class FaultedConsul : IStoreServer, IAsyncLifetime
{
    private ConsulServer? _server;

    public int Port => new Uri(_server!.Endpoint).Port;

    public async ValueTask InitializeAsync() => _server = await ConsulServer.StartAsync();

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
