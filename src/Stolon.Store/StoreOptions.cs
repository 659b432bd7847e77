namespace Stolon.Store;

/// <summary>The options every program has for its store, as given (store.md 1).</summary>
public sealed record StoreOptions
{
    private const string EtcdV2 = "etcdv2";
    private const string EtcdV3 = "etcdv3";
    private const string Consul = "consul";
    private const string Kubernetes = "kubernetes";

    /// <summary>One path element of every key; empty is a problem.</summary>
    public required string ClusterName { get; init; }

    /// <summary>Name of the backend; <c>etcd</c> means etcdv2, as it always did.</summary>
    public required string Backend { get; init; }

    /// <summary>Comma list; empty = the backend's default.</summary>
    public string Endpoints { get; init; } = "";

    /// <summary>First part of every key.</summary>
    public string Prefix { get; init; } = "stolon/cluster";

    /// <summary>How long one request may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public StoreTlsOptions Tls { get; init; } = new();

    /// <summary>Must be <c>configmap</c> with the backend kubernetes.</summary>
    public string KubeResourceKind { get; init; } = "";

    /// <summary><see cref="Backend"/> without its alias.</summary>
    public string BackendName => Backend == "etcd" ? EtcdV2 : Backend;

    /// <summary>The first thing wrong with the options, in the original's words; null = nothing.</summary>
    public string? Problem() => this switch
    {
        { ClusterName: "" } => "cluster name required",
        { Backend: "" } => "store backend type required",
        { Backend: Kubernetes, KubeResourceKind: "" } => "unspecified kubernetes resource kind",
        { Backend: Kubernetes, KubeResourceKind: not "configmap" } =>
            $"wrong kubernetes resource kind: \"{KubeResourceKind}\"",
        { BackendName: EtcdV2 or EtcdV3 or Consul or Kubernetes } => null,
        _ => $"Unknown store backend: \"{Backend}\"",
    };
}
