using Stolon.Testing.Consul;
using Xunit;

namespace Stolon.Ctl.Tests.Discovery;

/// <summary>A Consul with access control, for the tests of one class; its API has the token that may do
/// everything.</summary>
public sealed class RegistryServer : IAsyncLifetime
{
    private ConsulServer? _server;

    public ConsulServer Consul => _server!;

    public async ValueTask InitializeAsync() => _server = await ConsulServer.StartAsync(
        new ConsulServerOptions { RootToken = "5f1b6f9e-6b0c-4d3e-9a57-0d6a3f0c7b12" });

    public ValueTask DisposeAsync() => _server!.DisposeAsync();
}
