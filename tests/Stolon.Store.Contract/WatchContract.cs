using System.Text;
using Stolon.Store.KeyValue;
using Stolon.Testing;
using Xunit;

namespace Stolon.Store.Contract;

/// <summary>What every store's watch must do.</summary>
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
        Assert.Equal(1, watch.ToEntry);

        await Store.PutAsync(key, Bytes("1"), null, Token);
        await watch.ReportsAsync(1, "it tells of the put");

        var before = watch.ToEntry;
        var revision = (await Store.GetAsync(key, Token))!.Revision;
        await Store.SwapAsync(key, Bytes("2"), revision, null, Token);
        await watch.ReportsAsync(before, "it tells of the swap");

        before = watch.ToEntry;
        await Store.DeleteAsync(key, Token);
        await watch.ReportsAsync(before, "it tells of the deletion");
    }

    [Fact]
    public async Task It_signals_expiry()
    {
        await Store.PutAsync($"{Base}/a", Bytes("1"), ShortestTimeToLive, Token);
        await using var watch = await RunningWatch.StartAsync(Store, Base);

        await watch.ReportsAsync(1, "it tells of the expiry");

        Assert.Null(await Store.GetAsync($"{Base}/a", Token));
    }

    [Fact]
    public async Task It_ignores_other_keys()
    {
        await using var watch = await RunningWatch.StartAsync(Store, $"{Base}/mine");
        await Store.PutAsync($"{Base}/other", Bytes("1"), null, Token);
        await Store.PutAsync($"{Base}/mine/x", Bytes("1"), null, Token);

        await watch.ReportsAsync(1, "it tells of its own key");

        Assert.Equal(2, watch.ToEntry);
    }

    [Fact]
    public async Task What_is_written_before_its_start_can_be_read_at_its_first_signal()
    {
        var seen = new List<string?>();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Token);
        await Store.PutAsync($"{Base}/a", Bytes("1"), null, Token);
        var told = 0;
        var watch = Store.WatchAsync(Base, () => Interlocked.Increment(ref told), stop.Token);
        await Eventually.BeTrueAsync(() => Volatile.Read(ref told) > 0, TimeSpan.FromSeconds(10), "the watch stands");
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

        await one.ReportsAsync(1, "the first tells");
        await two.ReportsAsync(1, "the second tells");
    }

    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
