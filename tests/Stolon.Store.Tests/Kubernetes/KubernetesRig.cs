using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Store.Contract;
using Stolon.Store.Election;
using Stolon.Store.Kubernetes;
using Stolon.Store.Kubernetes.Access;
using Stolon.Testing;
using Stolon.Testing.Kubernetes;

namespace Stolon.Store.Tests.Kubernetes;

/// <summary>Clients of an API server, each with its own pod and kubeconfig.</summary>
internal sealed class KubernetesRig(IKubernetes server) : IDisposable
{
    private readonly TemporaryDirectory _directory = new("kubernetes");
    private int _files;

    public IKubernetes Server => server;

    public static string Pod(string cluster, Member member) => $"{cluster}-{member.Uid}";

    /// <summary>Creates the member's pod too.</summary>
    /// <param name="port">The port of a connection to the server; null = directly.</param>
    public StoreClient Client(
        string cluster,
        Member member,
        int? port = null,
        TimeSpan? timeout = null,
        TimeProvider? time = null,
        string? token = null,
        ILogger? logger = null,
        TimeSpan? lease = null)
    {
        if (member.Component != Component.Control)
        {
            // The contract creates clients synchronously.
            server.Api.CreatePodAsync(
                Pod(cluster, member), $"stolon-{member.Component.ToString().ToLowerInvariant()}", cluster)
                .GetAwaiter().GetResult();
        }

        var store = Store(
            cluster,
            member.Component == Component.Control ? null : Pod(cluster, member),
            Config(port, token),
            timeout,
            time,
            logger,
            lease);
        return new StoreClient(
            store.Documents,
            new LockElection(store.Lock, store.ElectionName, time ?? TimeProvider.System,
            logger ?? NullLogger.Instance),
            store);
    }

    public static KubernetesStore Store(string cluster, string? pod, KubeAccessOptions access) =>
        Store(cluster, pod, access, null, null, null, null);

    public static KubernetesStore Store(
        string cluster,
        string? pod,
        string config,
        TimeSpan? timeout = null,
        TimeProvider? time = null,
        ILogger? logger = null,
        TimeSpan? lease = null) => Store(
            cluster,
            pod,
            new KubeAccessOptions { ConfigFile = config, Variable = _ => null },
            timeout,
            time,
            logger,
            lease);

    private static KubernetesStore Store(
        string cluster,
        string? pod,
        KubeAccessOptions access,
        TimeSpan? timeout,
        TimeProvider? time,
        ILogger? logger,
        TimeSpan? lease)
    {
        var options = new KubernetesOptions
        {
            ClusterName = cluster,
            RequestTimeout = timeout ?? TimeSpan.FromSeconds(5),
            PodName = pod,
            Access = access,
        };
        return new KubernetesStore(
            lease is null ? options : options with { LeaseDuration = lease.Value, RenewDeadline = lease.Value * 2 / 3 },
            time ?? TimeProvider.System,
            logger ?? NullLogger.Instance);
    }

    /// <summary>A kubeconfig file.</summary>
    public string Config(int? port = null, string? token = null) => KubeConfigText.Write(
        _directory.File($"kubeconfig-{Interlocked.Increment(ref _files)}"),
        new UriBuilder(server.Endpoint) { Port = port ?? server.Endpoint.Port }.Uri,
        token ?? server.AdminToken,
        authorityFile: server.AuthorityFile);

    public async Task<string?> AnnotationAsync(string cluster, string key) =>
        KubeApi.Annotation(await server.Api.ConfigMapAsync(cluster), key);

    /// <summary>The leader record; null if there is none.</summary>
    public async Task<JsonObject?> RecordAsync(string cluster) =>
        await AnnotationAsync(cluster, KubeApi.Leader) is { } text ? JsonNode.Parse(text)!.AsObject() : null;

    public void Dispose() => _directory.Dispose();
}
