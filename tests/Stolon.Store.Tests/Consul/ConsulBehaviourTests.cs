using System.Text;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Consul;
using Stolon.Store.Contract;
using Stolon.Testing.Consul;

namespace Stolon.Store.Tests.Consul;

/// <summary>Behaviour specific to Consul: sessions, indexes, limits and keys.</summary>
public sealed class ConsulBehaviourTests(SharedConsul consul) : IDisposable
{
    private readonly ConsulKeyValueStore _store = consul.Store();
    private readonly string _base = $"behaviour/{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_leading_slash_makes_no_difference()
    {
        await _store.PutAsync($"/{_base}/a", Bytes("1"), null, Token);

        Assert.Equal($"{_base}/a", (await _store.GetAsync($"{_base}/a", Token))!.Key);
        Assert.Single(await _store.ListAsync($"/{_base}", Token));
    }

    [Fact]
    public async Task Keys_may_have_any_character()
    {
        var key = $"{_base}/a b+c%2f?ä#";

        await _store.PutAsync(key, Bytes("1"), TimeSpan.FromSeconds(20), Token);
        await _store.PutAsync(key, Bytes("2"), null, Token);

        Assert.Equal(key, (await _store.GetAsync(key, Token))!.Key);
        await _store.DeleteAsync(key, Token);
        Assert.Null(await _store.GetAsync(key, Token));
    }

    [Fact]
    public async Task One_session_serves_all_writes_of_a_key()
    {
        for (var i = 0; i < 3; i++)
        {
            await _store.PutAsync($"{_base}/a", Bytes($"{i}"), TimeSpan.FromSeconds(20), Token);
        }

        var first = await SessionAsync();
        await _store.DeleteAsync($"{_base}/a", Token);
        await _store.PutAsync($"{_base}/a", Bytes("again"), TimeSpan.FromSeconds(20), Token);

        Assert.NotNull(first);
        Assert.Equal(first, await SessionAsync());
    }

    [Fact]
    public async Task Another_time_to_live_has_another_session()
    {
        await _store.PutAsync($"{_base}/a", Bytes("1"), TimeSpan.FromSeconds(20), Token);
        var first = await SessionAsync();
        await _store.PutAsync($"{_base}/a", Bytes("2"), TimeSpan.FromSeconds(30), Token);

        Assert.NotEqual(first, await SessionAsync());
        Assert.NotNull(await SessionAsync());
    }

    [Fact]
    public async Task Two_clients_of_one_key_take_it_from_each_other()
    {
        using var other = consul.Store();
        for (var i = 0; i < 3; i++)
        {
            await _store.PutAsync($"{_base}/a", Bytes("ours"), TimeSpan.FromSeconds(20), Token);
            await other.PutAsync($"{_base}/a", Bytes($"{i}"), TimeSpan.FromSeconds(20), Token);
            Assert.Equal($"{i}", Encoding.UTF8.GetString((await _store.GetAsync($"{_base}/a", Token))!.Value.Span));
        }
    }

    [Fact]
    public async Task A_session_shorter_than_Consuls_minimum_names_the_option()
    {
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => _store.PutAsync($"{_base}/a", Bytes("1"), TimeSpan.FromSeconds(1), Token));

        Assert.Contains("session_ttl_min", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_value_at_the_limit_is_stored_and_a_larger_one_names_the_limit()
    {
        // A conditional write is JSON with the value in base64: four bytes for three.
        const int Fits = 380 * 1024;
        await _store.PutAsync($"{_base}/a", new byte[Fits], null, Token);
        Assert.Equal(Fits, (await _store.GetAsync($"{_base}/a", Token))!.Value.Length);

        foreach (var timeToLive in new TimeSpan?[] { null, TimeSpan.FromSeconds(20) })
        {
            var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(
                () => _store.PutAsync($"{_base}/a", new byte[600 * 1024], timeToLive, Token));
            Assert.Contains("524288", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("kv_max_value_size", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("nothing was written", refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Several_endpoints_are_refused() => Assert.Contains(
        "consul does not support multiple endpoints",
        Assert.Throws<StoreOptionsException>(() => SharedConsul.Store("http://a:1,http://b:1")).Message,
        StringComparison.Ordinal);

    [Fact]
    public async Task A_namespace_is_sent_and_Consuls_refusal_is_reported()
    {
        using var store = new ConsulKeyValueStore(
            new ConsulOptions
            {
                Endpoints = StoreEndpoints.Parse(consul.Server.Endpoint, StoreEndpoints.ConsulDefault),
                Namespace = "team a",
            },
            TimeProvider.System);

        // Namespaces are a feature of Consul Enterprise; Debian's Consul refuses the parameter.
        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetAsync(_base, Token));

        Assert.Contains("CONSUL_NAMESPACE", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_larger_limit_allows_larger_cluster_data_and_a_watch_survives_an_index_that_goes_back()
    {
        await using var server = await ConsulServer.StartAsync(
            new ConsulServerOptions { MaxValueBytes = 4 * 1024 * 1024 });
        using var client = SharedConsul.Client("c", server.Endpoint);
        var large = Samples.Large(1024 * 1024);
        Assert.IsType<SwapResult.Stored>(await client.Store.CompareAndSwapAsync(large, null, null, Token));
        Assert.Equal(large, Assert.IsType<ClusterDataRead.Found>(await client.Store.ReadAsync(Token)).Data);

        var snapshot = await server.Api.SnapshotAsync();
        for (var i = 0; i < 20; i++)
        {
            await client.Store.PutAsync(Samples.Data($"{i}"), Token);
        }

        await using var watch = await RunningWatch.StartAsync(
            (changed, stop) => client.Store.WatchAsync(StoreTopic.ClusterData, changed, stop));
        await server.Api.RestoreAsync(snapshot);
        await watch.ReportsAsync(1, "it signals the restoration");
        Assert.Equal(large, Assert.IsType<ClusterDataRead.Found>(await client.Store.ReadAsync(Token)).Data);

        var before = watch.SignalCount;
        await client.Store.PutAsync(Samples.Data("after"), Token);
        await watch.ReportsAsync(before, "it signals the next write");
        Assert.False(watch.Ended.IsCompleted);
    }

    private async Task<string?> SessionAsync() =>
        (await consul.Server.Api.EntryAsync($"{_base}/a"))?["Session"]?.GetValue<string>();

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
