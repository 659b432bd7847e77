using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Consul;
using Stolon.Store.Election;
using Stolon.Testing.Consul;

namespace Stolon.Store.Tests.Consul;

/// <summary>A Consul with ACLs, and the policy of docs/reference/consul.md.</summary>
public sealed class ConsulAclTests : IAsyncLifetime
{
    private const string Policy = """
        key_prefix "stolon/cluster/mine/" { policy = "write" }
        session_prefix "" { policy = "write" }
        """;

    private const string RootToken = "5f1b6f9e-6b0c-4d3e-9a57-0d6a3f0c7b11";
    private ConsulServer? _server;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _server = await ConsulServer.StartAsync(new ConsulServerOptions
        {
            RootToken = RootToken,
            // Consul's default, to which the programs must conform.
            ShortestSessionSeconds = 10,
        });

    public ValueTask DisposeAsync() => _server!.DisposeAsync();

    [Fact]
    public async Task A_token_with_the_documented_policy_can_do_all_that_a_cluster_needs()
    {
        using var store = await StoreAsync("stolon", Policy);
        var election = new LockElection(
            store.Lock("stolon/cluster/mine/sentinel-leader", TimeSpan.FromSeconds(20)),
            "office",
            TimeProvider.System,
            NullLogger.Instance);
        await using var leadership = await election.CampaignAsync("one", Token);

        await store.PutAsync("stolon/cluster/mine/keepers/info/k", Bytes("1"), TimeSpan.FromSeconds(20), Token);
        await store.PutAsync("stolon/cluster/mine/clusterdata", Bytes("1"), null, Token);
        var read = await store.GetAsync("stolon/cluster/mine/clusterdata", Token);

        Assert.IsType<SwapResult.Stored>(await store.SwapAsync(
            "stolon/cluster/mine/clusterdata", Bytes("2"), read!.Revision, leadership.Fence, Token));
        Assert.Single(await store.ListAsync("stolon/cluster/mine/keepers/info", Token));
        await store.DeleteAsync("stolon/cluster/mine/keepers/info/k", Token);
    }

    [Fact]
    public async Task Without_a_token_the_refusal_names_the_variable_and_the_policy()
    {
        using var store = SharedConsul.Store(_server!.Endpoint);

        await RefusedAsync(() => store.GetAsync("stolon/cluster/mine/clusterdata", Token), "CONSUL_HTTP_TOKEN");
        foreach (var timeToLive in new TimeSpan?[] { null, TimeSpan.FromSeconds(20) })
        {
            await RefusedAsync(
                () => store.PutAsync("stolon/cluster/mine/x", Bytes("1"), timeToLive, Token),
                "CONSUL_HTTP_TOKEN",
                "key_prefix write");
        }
    }

    [Fact]
    public async Task A_denied_conditional_write_is_no_conflict_and_reports_that_nothing_was_written()
    {
        using var store = await StoreAsync("reader", "key_prefix \"\" { policy = \"read\" }");

        await RefusedAsync(
            () => store.SwapAsync("stolon/cluster/mine/clusterdata", Bytes("1"), null, null, Token),
            "Permission denied",
            "nothing was written");
    }

    [Fact]
    public async Task An_unknown_token_is_reported_but_not_printed()
    {
        const string Unknown = "00000000-1111-2222-3333-444444444444";
        using var store = SharedConsul.Store(_server!.Endpoint, token: Unknown);

        var refusal = await RefusedAsync(() => store.GetAsync("x", Token), "does not know the token");

        Assert.DoesNotContain(Unknown, refusal.ToString(), StringComparison.Ordinal);
    }

    private async Task<ConsulKeyValueStore> StoreAsync(string name, string rules) =>
        SharedConsul.Store(_server!.Endpoint, token: await _server.Api.TokenAsync(name, rules));

    private static async Task<StoreUnavailableException> RefusedAsync(Func<Task> act, params string[] words)
    {
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(act);
        Assert.All(words, word => Assert.Contains(word, refusal.Message, StringComparison.Ordinal));
        return refusal;
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
