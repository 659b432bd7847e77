using Stolon.Agents.Ports.Store;
using Stolon.Store.Consul;
using Stolon.Store.Contract;
using Stolon.Store.EtcdV2;
using Stolon.Store.KeyValue;
using Stolon.Store.Kubernetes.Access;
using Stolon.Store.Tests.Kubernetes;
using Stolon.Testing;

namespace Stolon.Store.Tests.Http;

/// <summary>A server between us and the store, such as a load balancer without a backend, responds with a page of its
/// own. It must not be read as "there is nothing": that would look as if all keepers had gone.</summary>
public sealed class ForeignResponseTests
{
    private const string Page = "<html>default backend</html>";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("consul", "404 Not Found")]
    [InlineData("consul", "200 OK")]
    [InlineData("etcdv2", "404 Not Found")]
    [InlineData("etcdv2", "200 OK")]
    [InlineData("kubernetes", "404 Not Found")]
    [InlineData("kubernetes", "200 OK")]
    public async Task A_foreign_response_is_not_an_empty_store(string backend, string status)
    {
        await using var server = new FixedResponseServer(status, Page);
        using var directory = new TemporaryDirectory("page");
        var (store, client) = Open(backend, server.Endpoint, directory);
        using (client)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadAsync(Token));
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.ReadKeepersAsync(Token));
        }
    }

    [Theory]
    [InlineData("consul")]
    [InlineData("etcdv2")]
    [InlineData("kubernetes")]
    public async Task A_foreign_response_confirms_no_write_and_is_no_conflict(string backend)
    {
        await using var server = new FixedResponseServer("200 OK", Page);
        using var directory = new TemporaryDirectory("page");
        var (store, client) = Open(backend, server.Endpoint, directory);
        using (client)
        {
            await Assert.ThrowsAsync<StoreUnavailableException>(() => store.PutAsync(Samples.Data(), Token));
            await Assert.ThrowsAsync<StoreUnavailableException>(
                () => store.CompareAndSwapAsync(Samples.Data(), null, null, Token));
        }
    }

    private static (IClusterStore Store, IDisposable Client) Open(
        string backend, string endpoint, TemporaryDirectory directory)
    {
        if (backend == "kubernetes")
        {
            var kubernetes = KubernetesRig.Store("c", null, Config(endpoint, directory));
            return (kubernetes.Documents, kubernetes);
        }

        var endpoints = StoreEndpoints.Parse(endpoint, "");
        var client = backend == "consul"
            ? (IKeyValueStore)new ConsulKeyValueStore(new ConsulOptions { Endpoints = endpoints }, TimeProvider.System)
            : new EtcdV2KeyValueStore(new EtcdV2Options { Endpoints = endpoints }, TimeProvider.System);
        return (new KeyValueClusterStore(client, new StorePaths("stolon/cluster", "c")), (IDisposable)client);
    }

    private static KubeAccessOptions Config(string endpoint, TemporaryDirectory directory)
    {
        var file = Path.Combine(directory.Path, "config");
        File.WriteAllText(
            file,
            $$$"""
            current-context: c
            clusters: [{name: c, cluster: {server: "{{{endpoint}}}"}}]
            contexts: [{name: c, context: {cluster: c}}]
            """);
        return new KubeAccessOptions { ConfigFile = file, Variable = _ => null };
    }
}
