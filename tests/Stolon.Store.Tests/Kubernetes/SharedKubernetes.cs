using Stolon.Store.Contract;
using Stolon.Store.Tests.Kubernetes;
using Stolon.Testing.Kubernetes;

[assembly: AssemblyFixture(typeof(SharedKubernetes))]

namespace Stolon.Store.Tests.Kubernetes;

/// <summary>One API server for all tests that do not break it; each has its own cluster.</summary>
public sealed class SharedKubernetes : IAsyncLifetime
{
    private KubernetesRig? _rig;

    internal KubernetesRig Rig => _rig!;

    public async ValueTask InitializeAsync() => _rig = new KubernetesRig(await KubernetesServers.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _rig!.Server.DisposeAsync();
        _rig.Dispose();
    }
}

/// <summary>An API server for one test class, which breaks it.</summary>
public sealed class FaultedKubernetes : IStoreServer, IAsyncLifetime
{
    private KubernetesRig? _rig;

    internal KubernetesRig Rig => _rig!;

    public int Port => Rig.Server.Endpoint.Port;

    public async ValueTask InitializeAsync() => _rig = new KubernetesRig(await KubernetesServers.StartAsync());

    public async ValueTask DisposeAsync()
    {
        await _rig!.Server.DisposeAsync();
        _rig.Dispose();
    }

    public Task KillAsync() => Rig.Server.KillAsync();

    public Task StartAgainAsync() => Rig.Server.StartAgainAsync();

    public void Freeze() => Rig.Server.Freeze();

    public void Thaw() => Rig.Server.Thaw();
}
