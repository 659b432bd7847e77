using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Common;
using Stolon.Store.Contract;
using Stolon.Store.EtcdV2;
using Stolon.Store.KeyValue;
using Stolon.Store.Tests.Etcd;
using Stolon.Testing;
using Stolon.Testing.Etcd;

namespace Stolon.Store.Tests.EtcdV2;

/// <summary>Interoperation with other programs over the v2 API, and the texts of refusals.</summary>
public sealed class EtcdV2BehaviourTests(SharedEtcd etcd) : IDisposable
{
    /// <summary>Revokes the initial permissions of clients without a user.</summary>
    private const string Revoke = """{"role":"guest","revoke":{"kv":{"read":["/*"],"write":["/*"]}}}""";

    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);
    private readonly string _cluster = $"v{Guid.NewGuid():N}";
    private readonly HttpClient _http = new() { BaseAddress = new Uri(etcd.Server.Endpoint) };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Lock => "/v2/keys/" + SharedEtcd.Paths(_cluster).SentinelLeader;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task A_lock_of_the_original_is_respected_and_acquired_when_it_expires()
    {
        using var client = EtcdV2Clients.Client(_cluster, [etcd.Server.Endpoint]);
        await PutAsync(Lock, "value=go&ttl=3&prevExist=false");

        Assert.Equal("go", await client.Election.LeaderAsync(Token));
        var campaign = client.Election.CampaignAsync("ours", Token);
        Assert.False(campaign.IsCompleted);

        await Eventually.CompleteAsync(campaign, Soon, "ours is elected when the lock has expired");
        Assert.Equal("ours", await client.Election.LeaderAsync(Token));
        await (await campaign).DisposeAsync();
    }

    [Fact]
    public async Task Our_lock_is_the_key_with_the_uid_and_the_originals_time_to_live()
    {
        using var client = EtcdV2Clients.Client(_cluster, [etcd.Server.Endpoint]);
        await using var leadership = await client.Election.CampaignAsync("ours", Token);

        var node = (await GetAsync(Lock))["node"]!;

        Assert.Equal("ours", (string?)node["value"]);
        Assert.InRange((int)node["ttl"]!, 10, 20);
    }

    [Fact]
    public async Task A_resignation_is_a_plain_deletion_which_wakes_the_originals_candidates()
    {
        using var client = EtcdV2Clients.Client(_cluster, [etcd.Server.Endpoint]);
        var leadership = await client.Election.CampaignAsync("ours", Token);
        var index = (long)(await GetAsync(Lock))["node"]!["modifiedIndex"]!;
        var next = GetAsync($"{Lock}?wait=true&waitIndex={index + 1}");

        await leadership.DisposeAsync();

        Assert.Equal("delete", (string?)(await next.WaitAsync(Soon, Token))["action"]);
    }

    [Fact]
    public async Task A_renewal_whose_response_was_lost_does_not_end_the_leadership()
    {
        var life = TimeSpan.FromSeconds(3);
        using var client = EtcdV2Clients.Client(_cluster, [etcd.Server.Endpoint], lockLife: life);
        await using var leadership = await client.Election.CampaignAsync("ours", Token);
        // The effect of such a renewal: the same key with another index.
        var before = (long)(await GetAsync(Lock))["node"]!["modifiedIndex"]!;
        await PutAsync(Lock, $"value=ours&ttl=3&prevIndex={before}");

        await Eventually.BeTrueAsync(
            async () => (long)(await GetAsync(Lock))["node"]!["modifiedIndex"]! > before + 1, Soon, "it is renewed");
        await Task.Delay(life, Token);
        Assert.True(leadership.Held);
    }

    [Fact]
    public async Task A_lock_whose_response_was_lost_is_released_at_once()
    {
        FaultyLine? tapped = null;
        await using var line = FaultyLine.To(new Uri(etcd.Server.Endpoint).Port, () => (bytes, isAnswer) =>
            tapped!.SwallowsAnswers |= !isAnswer && bytes.Span.StartsWith("PUT"u8));
        tapped = line;
        using var direct = EtcdV2Clients.Client(_cluster, [etcd.Server.Endpoint]);
        using var client = EtcdV2Clients.Client(_cluster, [$"http://127.0.0.1:{line.Port}"]);

        var campaign = client.Election.CampaignAsync("ours", Token);
        await Eventually.BeTrueAsync(() => line.HasSwallowed, Soon, "the lock was taken");
        Assert.Equal("ours", await direct.Election.LeaderAsync(Token));
        line.Cut();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => campaign);
        Assert.Null(await direct.Election.LeaderAsync(Token));
    }

    [Fact]
    public async Task A_slash_before_the_prefix_makes_no_difference()
    {
        using var client = EtcdV2Clients.Client(_cluster, [etcd.Server.Endpoint]);
        using var store = EtcdV2Clients.Store([etcd.Server.Endpoint]);
        await client.Store.PutAsync(Samples.Data(), Token);

        var other = new KeyValueClusterStore(store, new StorePaths("/stolon/cluster", _cluster));

        Assert.IsType<ClusterDataRead.Found>(await other.ReadAsync(Token));
        var node = (await GetAsync($"/v2/keys/stolon/cluster/{_cluster}/clusterdata"))["node"]!;
        Assert.StartsWith("{\"formatVersion\":1", (string?)node["value"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_watch_whose_index_etcd_has_cleared_continues()
    {
        using var store = EtcdV2Clients.Store([etcd.Server.Endpoint]);
        await using var watch = await RunningWatch.StartAsync(store, $"{_cluster}/mine");
        // etcd remembers a thousand events of all keys together.
        for (var i = 0; i < 1100; i++)
        {
            await store.PutAsync($"{_cluster}-other", Encoding.UTF8.GetBytes($"{i}"), null, Token);
        }

        await store.PutAsync($"{_cluster}/mine/a", Encoding.UTF8.GetBytes("1"), null, Token);
        await watch.ReportsAsync(1, "it signals the first change");

        var before = watch.SignalCount;
        await store.PutAsync($"{_cluster}/mine/a", Encoding.UTF8.GetBytes("2"), null, Token);

        await watch.ReportsAsync(before, "it signals the next change");
    }

    [Fact]
    public async Task An_etcd_without_the_v2_API_is_distinguished_from_a_missing_key()
    {
        await using var server = await EtcdServer.StartAsync();
        using var store = EtcdV2Clients.Store([server.Endpoint]);

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetAsync("a", Token));

        Assert.Contains("--enable-v2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Users_of_the_v2_API_log_in_with_every_request()
    {
        await using var server = await EtcdServer.StartAsync(new EtcdServerOptions { V2 = true });
        using var http = new HttpClient { BaseAddress = new Uri(server.Endpoint) };
        await SendAsync(http, "/v2/auth/users/root", """{"user":"root","password":"secret"}""");
        await SendAsync(http, "/v2/auth/enable", "");
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", "cm9vdDpzZWNyZXQ=");
        await SendAsync(http, "/v2/auth/roles/guest", Revoke);

        using var root = Store(server, "secret");
        await root.PutAsync("a", Encoding.UTF8.GetBytes("1"), null, Token);
        Assert.NotNull(await root.GetAsync("a", Token));
        using var wrong = Store(server, "wrong");
        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => wrong.PutAsync("a", Encoding.UTF8.GetBytes("2"), null, Token));
        Assert.Contains("--store-user", failure.Message, StringComparison.Ordinal);
        Assert.Contains("nothing was written", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wrong", failure.ToString(), StringComparison.Ordinal);
    }

    private static EtcdV2KeyValueStore Store(EtcdServer server, string password) => new(
        new EtcdV2Options
        {
            Endpoints = StoreEndpoints.Parse(server.Endpoint, StoreEndpoints.EtcdDefault),
            Login = new StoreLogin("root", new Secret(password)),
        },
        TimeProvider.System);

    private static async Task SendAsync(HttpClient http, string path, string json)
    {
        using var content = new StringContent(json, Encoding.UTF8, "application/json");
        using var answer = await http.PutAsync(new Uri(path, UriKind.Relative), content, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private async Task PutAsync(string path, string form)
    {
        using var content = new StringContent(form, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var answer = await _http.PutAsync(new Uri(path, UriKind.Relative), content, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }

    private async Task<JsonNode> GetAsync(string path) =>
        JsonNode.Parse(await _http.GetStringAsync(new Uri(path, UriKind.Relative), Token))!;
}
