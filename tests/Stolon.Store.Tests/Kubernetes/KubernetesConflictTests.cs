using System.Text.Json.Nodes;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Contract;
using Stolon.Testing.Kubernetes;

namespace Stolon.Store.Tests.Kubernetes;

/// <summary>Another program writes the ConfigMap between our read and our write.</summary>
public sealed class KubernetesConflictTests : IAsyncLifetime
{
    private const string Cluster = "c";
    private readonly List<StoreClient> _clients = [];
    private KubernetesDouble? _server;
    private KubernetesRig? _rig;
    private Func<Task>? _beforeWrite;
    private int _writes;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private KubeApi Api => _server!.Api;

    public async ValueTask InitializeAsync()
    {
        _server = await KubernetesDouble.StartAsync();
        _rig = new KubernetesRig(_server);
        _server.Instead = async context =>
        {
            if (context.Request.Method is "PUT" or "POST" && context.Request.Headers.UserAgent == "stolon"
                && context.Request.Path.Value!.Contains("configmaps", StringComparison.Ordinal))
            {
                _writes++;
                var before = _beforeWrite;
                await (before?.Invoke() ?? Task.CompletedTask);
            }

            return false;
        };
    }

    public async ValueTask DisposeAsync()
    {
        _clients.ForEach(c => c.Dispose());
        await _server!.DisposeAsync();
        _rig!.Dispose();
    }

    [Fact]
    public async Task Another_annotation_is_no_conflict_and_unknown_members_are_kept()
    {
        await Api.SendAsync(HttpMethod.Post, "/api/v1/namespaces/default/configmaps", new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["name"] = "stolon-cluster-c",
                ["labels"] = new JsonObject { ["app"] = "db" },
                ["annotations"] = new JsonObject { ["somebody.example/else"] = "a" },
                ["ownerReferences"] = new JsonArray(new JsonObject { ["name"] = "owner", ["number"] = 1.50m }),
            },
            ["data"] = new JsonObject { ["key"] = "välue <&>" },
        });
        var before = (await Api.ConfigMapAsync(Cluster))!;
        Once(() => Api.AnnotateAsync(Cluster, "somebody.example/else", "b"));

        Assert.IsType<SwapResult.Stored>(
            await Sentinel().Store.CompareAndSwapAsync(Samples.Data(), null, null, Token));

        var after = (await Api.ConfigMapAsync(Cluster))!;
        Assert.Equal(2, _writes);
        Assert.Equal("b", KubeApi.Annotation(after, "somebody.example/else"));
        foreach (var kept in new[] { "data", "metadata.labels", "metadata.ownerReferences", "metadata.uid" })
        {
            Assert.Equal(At(before, kept), At(after, kept));
        }
    }

    [Fact]
    public async Task Other_cluster_data_are_a_conflict()
    {
        var (one, two) = (Sentinel(), Sentinel(2));
        await one.Store.PutAsync(Samples.Data("before"), Token);
        var read = Assert.IsType<ClusterDataRead.Found>(await one.Store.ReadAsync(Token));
        Once(() => two.Store.PutAsync(Samples.Data("other"), Token));

        Assert.IsType<SwapResult.Conflict>(
            await one.Store.CompareAndSwapAsync(Samples.Data("ours"), read.Revision, null, Token));

        read = Assert.IsType<ClusterDataRead.Found>(await one.Store.ReadAsync(Token));
        Assert.Equal(Samples.Data("other"), read.Data);
    }

    [Fact]
    public async Task A_leadership_that_ends_between_reading_and_writing_stops_the_write()
    {
        var one = Sentinel();
        await using var leadership = await one.Election.CampaignAsync("one", Token);
        var other = new GoElector(
            Api, Cluster, "other", TimeSpan.Zero, () => DateTimeOffset.UtcNow);
        Once(async () => Assert.True(await other.TryAcquireOrRenewAsync()));

        Assert.IsType<SwapResult.Conflict>(
            await one.Store.CompareAndSwapAsync(Samples.Data(), null, leadership.Fence, Token));

        Assert.IsType<ClusterDataRead.Absent>(await one.Store.ReadAsync(Token));
    }

    [Fact]
    public async Task A_ConfigMap_created_or_deleted_in_between_is_read_again()
    {
        var one = Sentinel();
        Once(() => Sentinel(2).Store.PutAsync(Samples.Data("other"), Token));
        Assert.IsType<SwapResult.Conflict>(
            await one.Store.CompareAndSwapAsync(Samples.Data("ours"), null, null, Token));

        Once(() => Api.DeleteConfigMapAsync(Cluster));
        await one.Store.PutAsync(Samples.Data("ours"), Token);
        Assert.Equal(
            Samples.Data("ours"), Assert.IsType<ClusterDataRead.Found>(await one.Store.ReadAsync(Token)).Data);
    }

    [Fact]
    public async Task A_write_gives_up_after_five_conflicting_attempts()
    {
        var one = Sentinel();
        await one.Store.PutAsync(Samples.Data("before"), Token);
        var read = Assert.IsType<ClusterDataRead.Found>(await one.Store.ReadAsync(Token));
        _writes = 0;
        _beforeWrite = () => Api.AnnotateAsync(Cluster, "somebody.example/else", $"{Guid.NewGuid()}");

        Assert.IsType<SwapResult.Conflict>(
            await one.Store.CompareAndSwapAsync(Samples.Data("ours"), read.Revision, null, Token));
        Assert.Equal(5, _writes);
        var failed = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => one.Store.PutAsync(Samples.Data("ours"), Token));

        Assert.EndsWith("nothing was written", failed.Message, StringComparison.Ordinal);
        Assert.Equal(read, await one.Store.ReadAsync(Token));
    }

    [Fact]
    public async Task A_candidate_whose_response_was_lost_acquires_its_own_lock_again_at_once()
    {
        var one = Sentinel();
        _server!.Instead = async context =>
        {
            if (context.Request.Method != "POST" || context.Request.Headers.UserAgent != "stolon")
            {
                return false;
            }

            var sent = (JsonObject)context.Items[KubernetesDouble.Body]!;
            // The write is executed, and its response is lost.
            _server.Instead = null;
            await Api.SendAsync(HttpMethod.Post, context.Request.Path, sent);
            context.Abort();
            return true;
        };
        var lost = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => one.Election.CampaignAsync("one", Token));
        Assert.Contains("whether the write happened is unknown", lost.Message, StringComparison.Ordinal);
        Assert.Equal("one", await one.Election.LeaderAsync(Token));

        var again = one.Election.CampaignAsync("one", Token);

        await Stolon.Testing.Eventually.CompleteAsync(again, TimeSpan.FromSeconds(5), "it leads before 15 s are over");
        await (await again).DisposeAsync();
    }

    private static string? At(JsonObject map, string path) =>
        path.Split('.').Aggregate((JsonNode?)map, (node, member) => node?[member])?.ToJsonString();

    private void Once(Func<Task> act) => _beforeWrite = () =>
    {
        _beforeWrite = null;
        return act();
    };

    private StoreClient Sentinel(int number = 1)
    {
        var client = _rig!.Client(Cluster, new Member(Component.Sentinel, number));
        _clients.Add(client);
        return client;
    }
}
