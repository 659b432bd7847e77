using Stolon.Testing.Kubernetes;

namespace Stolon.EndToEnd.Tests.Rig.Stores;

/// <summary>A Kubernetes API server: the double, or a real one. Each program has a pod, which it does not run
/// in.</summary>
public sealed class KubernetesStore : IClusterStoreServer
{
    private const string Stolonctl = "stolonctl";
    private readonly IKubernetes _server;
    private readonly string _cluster;
    private readonly string _config;
    private int? _line;

    private KubernetesStore(IKubernetes server, string cluster, string config)
    {
        _server = server;
        _cluster = cluster;
        _config = config;
    }

    public int? Port => _server.Endpoint.Port;

    public int? Line
    {
        get => _line;
        set
        {
            _line = value;
            var told = new UriBuilder(_server.Endpoint) { Port = value ?? _server.Endpoint.Port }.Uri;
            File.WriteAllText(_config, KubeConfigText.Of(_server, told));
        }
    }

    public IReadOnlyList<string> Options => ["--store-backend", "kubernetes", "--kube-resource-kind", "configmap"];

    /// <param name="cluster">The cluster's name.</param>
    /// <param name="kubeConfig">Makes a file of this name with this content, that the programs can read.</param>
    public static async Task<KubernetesStore> StartAsync(string cluster, Func<string, string, string> kubeConfig)
    {
        var server = await KubernetesServers.StartAsync();
        return new KubernetesStore(server, cluster, kubeConfig("kubeconfig", KubeConfigText.Of(server)));
    }

    public IReadOnlyDictionary<string, string> Environment(string program)
    {
        var environment = new Dictionary<string, string> { ["KUBECONFIG"] = _config };
        if (program != Stolonctl)
        {
            var component = $"stolon-{program.TrimEnd([.. "0123456789"])}";
            // The rig asks without waiting.
            _server.Api.CreatePodAsync(program, component, _cluster).GetAwaiter().GetResult();
            environment["POD_NAME"] = program;
        }

        return environment;
    }

    public async Task RestartAsync()
    {
        await _server.KillAsync();
        await _server.StartAgainAsync();
    }

    public void Thaw() => _server.Thaw();

    public ValueTask DisposeAsync() => _server.DisposeAsync();
}
