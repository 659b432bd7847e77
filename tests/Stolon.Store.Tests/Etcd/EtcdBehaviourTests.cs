using System.Text;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Contract;
using Stolon.Store.Etcd;
using Stolon.Testing;
using Stolon.Testing.Etcd;

namespace Stolon.Store.Tests.Etcd;

/// <summary>Behaviour specific to etcd, without faults.</summary>
public sealed class EtcdBehaviourTests(SharedEtcd etcd)
{
    private const int MiB = 1024 * 1024;
    private readonly string _base = $"behaviour/{Guid.NewGuid():N}";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Other_clients_see_what_is_written_byte_for_byte()
    {
        using var store = etcd.Store();
        await store.PutAsync($"/{_base}/ä", Encoding.UTF8.GetBytes("""{"a":"<ü>"}"""), null, Token);

        Assert.Equal("""{"a":"<ü>"}""", await etcd.Server.Json.GetAsync($"/{_base}/ä"));
        Assert.Null(await store.GetAsync($"{_base}/ä", Token));
    }

    [Fact]
    public async Task A_dead_member_first_in_the_list_is_skipped()
    {
        var dead = $"http://127.0.0.1:{FreePort.Next()}";
        using var writer = SharedEtcd.Store([dead, etcd.Server.Endpoint]);
        using var reader = SharedEtcd.Store([dead, etcd.Server.Endpoint]);
        using var watcher = SharedEtcd.Store([dead, etcd.Server.Endpoint]);

        await using var watch = await RunningWatch.StartAsync(watcher, _base);
        await writer.PutAsync(_base, Encoding.UTF8.GetBytes("1"), null, Token);

        Assert.NotNull(await reader.GetAsync(_base, Token));
        await watch.ReportsAsync(1, "the watch signals a change");
    }

    [Fact]
    public async Task Several_dead_members_are_all_named()
    {
        var (one, two) = ($"http://127.0.0.1:{FreePort.Next()}", $"http://127.0.0.1:{FreePort.Next()}");
        using var store = SharedEtcd.Store([one, two]);

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetAsync(_base, Token));

        Assert.Contains(one, failure.Message, StringComparison.Ordinal);
        Assert.Contains(two, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Values_of_several_MiB_are_stored_if_etcd_allows_them()
    {
        await using var server = await EtcdServer.StartAsync(new EtcdServerOptions { MaxRequestBytes = 8 * MiB });
        using var store = SharedEtcd.Store([server.Endpoint]);
        var value = new byte[4 * MiB];
        Random.Shared.NextBytes(value);

        await store.PutAsync("big", value, null, Token);

        var read = await store.GetAsync("big", Token);
        Assert.Equal(value, read!.Value.ToArray());
    }

    [Theory]
    [InlineData(1_800_000)]
    [InlineData(5_000_000)]
    public async Task A_value_that_is_too_large_for_etcd_names_the_option_to_change(int bytes)
    {
        using var store = etcd.Store();

        var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => store.PutAsync(_base, new byte[bytes], null, Token));

        Assert.Contains("--max-request-bytes", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("nothing was written", refusal.Message, StringComparison.Ordinal);
        Assert.Null(await store.GetAsync(_base, Token));
    }

    [Fact]
    public async Task A_watch_that_fell_behind_a_compaction_continues_from_now()
    {
        await using var server = await EtcdServer.StartAsync();
        using var release = new ManualResetEventSlim();
        var log = new RecordedEvents();
        using var store = new EtcdKeyValueStore(
            new EtcdOptions { Endpoints = StoreEndpoints.Parse(server.Endpoint, "") }, TimeProvider.System, log);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var signals = 0;
        var watch = store.WatchAsync(
            "a",
            () =>
            {
                // After the first event the watch does not read, until etcd stops buffering events for it.
                if (Interlocked.Increment(ref signals) == 2)
                {
                    release.Wait(Token);
                }
            },
            stop.Token);
        await Eventually.BeTrueAsync(
            () => Volatile.Read(ref signals) == 1, TimeSpan.FromSeconds(10), "the watch has started");

        var value = new byte[4096];
        for (var i = 0; i < 500; i++)
        {
            await store.PutAsync("a", value, null, Token);
        }

        await server.Json.CompactAsync();
        release.Set();

        await Eventually.BeTrueAsync(() => log.Contains(4102), TimeSpan.FromSeconds(10), "the watch restarts");
        var before = Volatile.Read(ref signals);
        await Eventually.BeTrueAsync(
            async () =>
            {
                await store.PutAsync("a", value, null, Token);
                return Volatile.Read(ref signals) > before + 1;
            },
            TimeSpan.FromSeconds(10),
            "the watch signals new changes");
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(30 * 24 * 3600)]
    public void An_invalid_timeout_is_refused_at_the_start(int seconds) =>
        Assert.Throws<StoreOptionsException>(
            () => SharedEtcd.Store([etcd.Server.Endpoint], TimeSpan.FromSeconds(seconds)));

    [Fact]
    public async Task A_server_that_is_not_etcd_is_reported_as_such()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var answering = AnswerAsync(listener);
        using var store = SharedEtcd.Store([$"http://{listener.LocalEndpoint}"], TimeSpan.FromSeconds(2));

        var failure = await Assert.ThrowsAsync<StoreUnavailableException>(() => store.GetAsync(_base, Token));

        Assert.Contains($"etcd http://{listener.LocalEndpoint}: ", failure.Message, StringComparison.Ordinal);
        await answering;
    }

    private static async Task AnswerAsync(System.Net.Sockets.TcpListener listener)
    {
        using var client = await listener.AcceptTcpClientAsync(Token);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.1 400 Bad Request\r\n\r\n"), Token);
    }
}
