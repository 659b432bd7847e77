using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Model;
using Stolon.Store.Contract;
using Stolon.Store.Tests.Etcd;
using Stolon.Testing.Kubernetes;

namespace Stolon.Store.Tests.Kubernetes;

/// <summary>Refusals of the API server, and the texts for operators.</summary>
public sealed class KubernetesRefusalTests : IAsyncLifetime
{
    private const string Cluster = "c";
    private static readonly Member Keeper = new(Component.Keeper);
    private readonly RecordedEvents _log = new();
    private readonly List<IDisposable> _clients = [];
    private KubernetesDouble? _server;
    private KubernetesRig? _rig;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private KubernetesDouble Server => _server!;

    public async ValueTask InitializeAsync()
    {
        _server = await KubernetesDouble.StartAsync();
        _rig = new KubernetesRig(_server);
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await Server.DisposeAsync();
        _rig!.Dispose();
    }

    [Fact]
    public async Task An_unauthorized_request_reports_which_credentials_were_used()
    {
        var message = await RefusedAsync(Client("unknown"), s => s.ReadAsync(Token));

        Assert.Contains("Unauthorized (401)", message, StringComparison.Ordinal);
        Assert.Contains("credentials of context \"test\" of ", message, StringComparison.Ordinal);
        Assert.DoesNotContain("unknown", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("get configmaps")]
    [InlineData("list pods")]
    [InlineData("patch pods")]
    [InlineData("create configmaps")]
    public async Task A_missing_permission_is_named(string missing)
    {
        string[] all = ["get configmaps", "create configmaps", "update configmaps", "list pods", "patch pods"];
        var client = Client(await Server.TokenAsync("default", [.. all.Except([missing])]));

        var message = await RefusedAsync(client, s => missing switch
        {
            "list pods" => s.ReadKeepersAsync(Token),
            "patch pods" => s.PublishAsync(Samples.Keeper(Keeper), TimeSpan.Zero, Token),
            _ => s.PutAsync(Samples.Data(), Token),
        });

        var (verb, resource) = (missing.Split(' ')[0], missing.Split(' ')[1]);
        Assert.Contains(
            $"needed: verb {verb} on {resource} in namespace default", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("keeper", "get configmaps", "patch pods")]
    [InlineData("sentinel", "get configmaps", "create configmaps", "update configmaps", "patch pods", "list pods")]
    public Task The_permissions_in_the_manual_are_sufficient(string component, params string[] rights) =>
        WorksAsync(component, rights, Server.TokenAsync);

    [Theory]
    [InlineData("keeper", "stolon-member")]
    [InlineData("sentinel", "stolon-sentinel")]
    public async Task The_permissions_of_the_manifests_are_sufficient_for_watches(string component, string role)
    {
        var rights = Manifests.Rights(role);
        await WorksAsync(component, rights, Server.TokenAsync);

        var client = _rig!.Client(Cluster, Keeper, token: await Server.TokenAsync("default", rights));
        _clients.Add(client);
        StoreTopic[] topics = component == "sentinel" ? Enum.GetValues<StoreTopic>() : [StoreTopic.ClusterData];
        foreach (var topic in topics)
        {
            await using var watch = await RunningWatch.StartAsync(
                (changed, stop) => client.Store.WatchAsync(topic, changed, stop));
        }
    }

    [Fact]
    public async Task The_permissions_of_the_manifests_are_sufficient_for_stolonctl()
    {
        var token = await Server.TokenAsync("default", Manifests.Rights("stolonctl"));
        var client = _rig!.Client(Cluster, new Member(Component.Control), token: token);
        _clients.Add(client);

        await client.Store.PutAsync(Samples.Data(), Token);
        await client.Store.PutAsync(Samples.Data("next"), Token);
        await client.Store.ReadKeepersAsync(Token);
        Assert.Null(await client.Election.LeaderAsync(Token));
    }

    private async Task WorksAsync(
        string component, IReadOnlyList<string> rights, Func<string, IReadOnlyList<string>, Task<string>> tokenAsync)
    {
        var token = await tokenAsync("default", rights);
        var sentinel = component == "sentinel";
        var member = sentinel ? new Member(Component.Sentinel) : Keeper;
        var client = _rig!.Client(Cluster, member, token: token);
        _clients.Add(client);

        await client.Store.ReadAsync(Token);
        if (sentinel)
        {
            await using var leadership = await client.Election.CampaignAsync("one", Token);
            await client.Store.CompareAndSwapAsync(Samples.Data(), null, leadership.Fence, Token);
            await client.Store.PublishAsync(Samples.Sentinel(member), TimeSpan.Zero, Token);
            await client.Store.ReadKeepersAsync(Token);
            await client.Store.WithdrawAsync(new SentinelUid(member.Uid), Token);
        }
        else
        {
            await client.Store.PublishAsync(Samples.Keeper(member), TimeSpan.Zero, Token);
        }
    }

    [Fact]
    public async Task The_error_for_a_missing_pod_names_the_variable()
    {
        var store = KubernetesRig.Store(Cluster, "no-such-pod", _rig!.Config());
        _clients.Add(store);

        var failed = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.Documents.PublishAsync(Samples.Keeper(Keeper), TimeSpan.Zero, Token));

        Assert.Contains("POD_NAME must name the pod", failed.Message, StringComparison.Ordinal);
        Assert.Contains(
            "pod no-such-pod does not exist in namespace default", failed.Message, StringComparison.Ordinal);
        // Without a pod, there is no report to remove.
        await store.Documents.WithdrawAsync(new ProxyUid("p"), Token);
    }

    [Fact]
    public async Task A_pod_without_our_labels_is_logged_once()
    {
        await Server.Api.CreatePodAsync("unlabelled", "other", "other");
        var store = KubernetesRig.Store(Cluster, "unlabelled", _rig!.Config(), logger: _log);
        _clients.Add(store);

        await store.Documents.PublishAsync(Samples.Keeper(Keeper), TimeSpan.Zero, Token);

        Assert.True(_log.Contains(4404));
        var pod = await Server.Api.PodAsync("unlabelled");
        Assert.Equal("stays", KubeApi.Annotation(pod, "unrelated"));
    }

    [Fact]
    public async Task A_request_is_repeated_after_Retry_After()
    {
        var client = Client();
        var refused = 0;
        Server.Instead = context => Task.FromResult(
            refused++ == 0 && Refuse(context, StatusCodes.Status429TooManyRequests, retryAfter: 1));

        await client.Store.PutAsync(Samples.Data(), Token);

        // Refused, read, written.
        Assert.Equal(3, refused);
    }

    [Fact]
    public async Task Retry_After_beyond_the_request_timeout_is_not_waited_for()
    {
        var client = Client();
        Server.Instead = context => Task.FromResult(
            Refuse(context, StatusCodes.Status429TooManyRequests, retryAfter: 60));

        var message = await RefusedAsync(client, s => s.ReadAsync(Token));

        Assert.Contains("429", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Retry_After_0_does_not_cause_a_busy_loop()
    {
        var client = Client();
        var asked = 0;
        Server.Instead = context =>
        {
            Interlocked.Increment(ref asked);
            return Task.FromResult(Refuse(context, StatusCodes.Status429TooManyRequests, retryAfter: 0));
        };

        await RefusedAsync(client, s => s.ReadAsync(Token));

        Assert.InRange(asked, 2, 4);
    }

    [Fact]
    public async Task After_a_server_error_a_writes_outcome_is_unknown()
    {
        var client = Client();
        Server.Instead = context => Task.FromResult(
            context.Request.Method == "POST" && Refuse(context, StatusCodes.Status500InternalServerError, null));

        var message = await RefusedAsync(client, s => s.PutAsync(Samples.Data(), Token));

        Assert.EndsWith("whether the write happened is unknown", message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreadable_report_does_not_hide_others_and_is_logged_once()
    {
        await Server.Api.CreatePodAsync("broken", "stolon-keeper", Cluster);
        await Server.Api.CreatePodAsync("whole", "stolon-keeper", Cluster);
        await AnnotateAsync("broken", "{");
        await AnnotateAsync("whole", """{"uid":"k1"}""");
        var client = Client();

        Assert.Equal("k1", Assert.Single(await client.Store.ReadKeepersAsync(Token)).Key.Value);
        Assert.Single(await client.Store.ReadKeepersAsync(Token));

        Assert.Equal(1, _log.Count(4050));
    }

    private async Task AnnotateAsync(string pod, string status) => await Server.Api.SendAsync(
        HttpMethod.Patch,
        $"/api/v1/namespaces/default/pods/{pod}",
        new JsonObject
        {
            ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { ["stolon-status"] = status } },
        });

    private static bool Refuse(HttpContext context, int status, int? retryAfter)
    {
        context.Response.StatusCode = status;
        if (retryAfter is not null)
        {
            context.Response.Headers.RetryAfter = $"{retryAfter}";
        }

        return true;
    }

    private static async Task<string> RefusedAsync(StoreClient client, Func<IClusterStore, Task> ask) =>
        (await Assert.ThrowsAsync<StoreUnavailableException>(() => ask(client.Store))).Message;

    private StoreClient Client(string? token = null)
    {
        var client = _rig!.Client(Cluster, Keeper, token: token, timeout: TimeSpan.FromSeconds(3), logger: _log);
        _clients.Add(client);
        return client;
    }
}
