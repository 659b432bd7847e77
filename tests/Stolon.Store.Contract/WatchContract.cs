using System.Text;
using Stolon.Store.KeyValue;
using Stolon.Testing;
using Xunit;

namespace Stolon.Store.Contract;

/// <summary>The contract of every store's watch.</summary>
public abstract class WatchContract
{
    protected abstract IKeyValueStore Store { get; }

    protected virtual TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(1);

    protected string Base { get; } = $"watch/{Guid.NewGuid():N}";

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_signals_its_start_and_each_kind_of_change()
    {
        var key = $"{Base}/a";
        await using var watch = await RunningWatch.StartAsync(Store, Base);
        Assert.Equal(1, watch.SignalCount);

        await Store.PutAsync(key, Bytes("1"), null, Token);
        await watch.ReportsAsync(1, "it signals the put");

        var before = watch.SignalCount;
        var revision = (await Store.GetAsync(key, Token))!.Revision;
        await Store.SwapAsync(key, Bytes("2"), revision, null, Token);
        await watch.ReportsAsync(before, "it signals the swap");

        before = watch.SignalCount;
        await Store.DeleteAsync(key, Token);
        await watch.ReportsAsync(before, "it signals the deletion");
    }

    [Fact]
    public async Task It_signals_expiry()
    {
        await Store.PutAsync($"{Base}/a", Bytes("1"), ShortestTimeToLive, Token);
        await using var watch = await RunningWatch.StartAsync(Store, Base);

        await watch.ReportsAsync(1, "it signals the expiry");

        Assert.Null(await Store.GetAsync($"{Base}/a", Token));
    }

    [Fact]
    public async Task It_ignores_other_keys()
    {
        await using var watch = await RunningWatch.StartAsync(Store, $"{Base}/mine");
        await Store.PutAsync($"{Base}/other", Bytes("1"), null, Token);
        await Store.PutAsync($"{Base}/mine/x", Bytes("1"), null, Token);

        await watch.ReportsAsync(1, "it signals its own key");

        Assert.Equal(2, watch.SignalCount);
    }

    [Fact]
    public async Task What_is_written_before_its_start_can_be_read_at_its_first_signal()
    {
        var seen = new List<string?>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Store.PutAsync($"{Base}/a", Bytes("1"), null, Token);
        var signals = 0;
        var watch = Store.WatchAsync(Base, () => Interlocked.Increment(ref signals), stop.Token);
        await Eventually.BeTrueAsync(
            () => Volatile.Read(ref signals) > 0, TimeSpan.FromSeconds(10), "the watch has started");
        seen.Add((await Store.GetAsync($"{Base}/a", Token))?.Key);

        Assert.Equal([$"{Base}/a"], seen);
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watch);
    }

    [Fact]
    public async Task Two_watches_of_one_prefix_both_signal()
    {
        await using var one = await RunningWatch.StartAsync(Store, Base);
        await using var two = await RunningWatch.StartAsync(Store, Base);

        await Store.PutAsync($"{Base}/a", Bytes("1"), null, Token);

        await one.ReportsAsync(1, "the first signals a change");
        await two.ReportsAsync(1, "the second signals a change");
    }

    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
