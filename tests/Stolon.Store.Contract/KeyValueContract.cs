using System.Text;
using Stolon.Agents.Ports.Store;
using Stolon.Store.KeyValue;
using Stolon.Testing;
using Xunit;

namespace Stolon.Store.Contract;

/// <summary>The contract of every key-value store.</summary>
public abstract class KeyValueContract
{
    /// <summary>The store under test. Other tests may use the same server with other keys.</summary>
    protected abstract IKeyValueStore Store { get; }

    /// <summary>The backend's minimum time to live.</summary>
    protected virtual TimeSpan ShortestTimeToLive => TimeSpan.FromSeconds(1);

    /// <summary>How much later than its time to live an entry may disappear.</summary>
    protected virtual TimeSpan ExpiryDelay => TimeSpan.FromSeconds(3);

    /// <summary>The prefix of this test's keys.</summary>
    protected string Base { get; } = $"contract/{Guid.NewGuid():N}";

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Key => $"{Base}/key";

    [Fact]
    public async Task A_key_never_written_is_absent() => Assert.Null(await Store.GetAsync(Key, Token));

    [Fact]
    public async Task A_value_that_was_put_is_read_back()
    {
        await Store.PutAsync(Key, Bytes("ä value"), null, Token);

        var entry = await Store.GetAsync(Key, Token);

        Assert.Equal("ä value", Text(entry));
        Assert.Equal(Key, entry!.Key);
    }

    [Fact]
    public async Task An_empty_value_is_a_value()
    {
        await Store.PutAsync(Key, ReadOnlyMemory<byte>.Empty, null, Token);

        Assert.Equal("", Text(await Store.GetAsync(Key, Token)));
    }

    [Fact]
    public async Task Every_write_changes_the_revision_even_of_an_equal_value()
    {
        await Store.PutAsync(Key, Bytes("same"), null, Token);
        var first = await Store.GetAsync(Key, Token);
        await Store.PutAsync(Key, Bytes("same"), null, Token);
        var second = await Store.GetAsync(Key, Token);

        Assert.NotEqual(first!.Revision, second!.Revision);
    }

    [Fact]
    public async Task A_write_of_another_key_leaves_the_revision()
    {
        await Store.PutAsync(Key, Bytes("one"), null, Token);
        var before = await Store.GetAsync(Key, Token);
        await Store.PutAsync($"{Base}/other", Bytes("two"), null, Token);

        Assert.Equal(before!.Revision, (await Store.GetAsync(Key, Token))!.Revision);
    }

    [Fact]
    public async Task A_deleted_key_is_absent_and_deleting_it_again_does_nothing()
    {
        await Store.PutAsync(Key, Bytes("x"), null, Token);

        await Store.DeleteAsync(Key, Token);
        await Store.DeleteAsync(Key, Token);

        Assert.Null(await Store.GetAsync(Key, Token));
    }

    [Fact]
    public async Task A_list_returns_all_entries_with_the_prefix_sorted_by_key()
    {
        foreach (var name in new[] { "info/b", "info/a", "info/a2", "infos", "other" })
        {
            await Store.PutAsync($"{Base}/{name}", Bytes(name), null, Token);
        }

        var all = await Store.ListAsync($"{Base}/info", Token);
        var below = await Store.ListAsync($"{Base}/info/", Token);

        Assert.Equal(["info/a", "info/a2", "info/b", "infos"], all.Select(e => Text(e)!));
        Assert.Equal(["info/a", "info/a2", "info/b"], below.Select(e => Text(e)!));
        Assert.Equal((await Store.GetAsync($"{Base}/info/a", Token))!.Revision, below[0].Revision);
    }

    [Fact]
    public async Task A_list_without_matches_is_empty() =>
        Assert.Empty(await Store.ListAsync($"{Base}/nothing", Token));

    [Fact]
    public async Task A_swap_that_expects_nothing_creates_the_key_once()
    {
        var first = await Store.SwapAsync(Key, Bytes("first"), null, null, Token);
        var second = await Store.SwapAsync(Key, Bytes("second"), null, null, Token);

        var stored = Assert.IsType<SwapResult.Stored>(first);
        Assert.IsType<SwapResult.Conflict>(second);
        var entry = await Store.GetAsync(Key, Token);
        Assert.Equal("first", Text(entry));
        Assert.Equal(stored.Revision, entry!.Revision);
    }

    [Fact]
    public async Task A_swap_with_the_current_revision_writes_and_returns_the_new_one()
    {
        await Store.PutAsync(Key, Bytes("one"), null, Token);
        var read = await Store.GetAsync(Key, Token);

        var stored = Assert.IsType<SwapResult.Stored>(
            await Store.SwapAsync(Key, Bytes("two"), read!.Revision, null, Token));
        var next = Assert.IsType<SwapResult.Stored>(
            await Store.SwapAsync(Key, Bytes("three"), stored.Revision, null, Token));

        var entry = await Store.GetAsync(Key, Token);
        Assert.Equal("three", Text(entry));
        Assert.Equal(next.Revision, entry!.Revision);
    }

    [Fact]
    public async Task A_swap_with_an_old_revision_is_a_conflict_and_writes_nothing()
    {
        await Store.PutAsync(Key, Bytes("one"), null, Token);
        var old = (await Store.GetAsync(Key, Token))!.Revision;
        await Store.PutAsync(Key, Bytes("two"), null, Token);

        Assert.IsType<SwapResult.Conflict>(await Store.SwapAsync(Key, Bytes("three"), old, null, Token));
        Assert.Equal("two", Text(await Store.GetAsync(Key, Token)));
    }

    [Fact]
    public async Task A_swap_of_a_deleted_key_is_a_conflict()
    {
        await Store.PutAsync(Key, Bytes("one"), null, Token);
        var old = (await Store.GetAsync(Key, Token))!.Revision;
        await Store.DeleteAsync(Key, Token);

        Assert.IsType<SwapResult.Conflict>(await Store.SwapAsync(Key, Bytes("two"), old, null, Token));
        Assert.Null(await Store.GetAsync(Key, Token));
    }

    [Fact]
    public async Task Of_many_concurrent_swaps_exactly_one_succeeds()
    {
        await Store.PutAsync(Key, Bytes("start"), null, Token);
        var revision = (await Store.GetAsync(Key, Token))!.Revision;

        var results = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(i => Store.SwapAsync(Key, Bytes($"{i}"), revision, null, Token)));

        Assert.Single(results, r => r is SwapResult.Stored);
    }

    [Fact]
    public async Task An_entry_with_a_time_to_live_disappears_after_the_last_write()
    {
        var life = ShortestTimeToLive * 2;
        await Store.PutAsync(Key, Bytes("1"), life, Token);
        for (var i = 2; i <= 4; i++)
        {
            // Three quarters of the time to live between writes: without renewal it would have expired before the last
            // read.
            await Task.Delay(life * 0.75, Token);
            Assert.NotNull(await Store.GetAsync(Key, Token));
            await Store.PutAsync(Key, Bytes($"{i}"), life, Token);
        }

        Assert.Equal("4", Text(await Store.GetAsync(Key, Token)));

        await Eventually.BeTrueAsync(
            async () => await Store.GetAsync(Key, Token) is null, life + ExpiryDelay, "the entry disappears");
    }

    [Fact]
    public async Task A_write_without_time_to_live_makes_the_entry_permanent()
    {
        await Store.PutAsync(Key, Bytes("short"), ShortestTimeToLive, Token);
        await Store.PutAsync($"{Base}/witness", Bytes("short"), ShortestTimeToLive, Token);
        await Store.PutAsync(Key, Bytes("stays"), null, Token);

        await Eventually.BeTrueAsync(
            async () => await Store.GetAsync($"{Base}/witness", Token) is null,
            ShortestTimeToLive + ExpiryDelay,
            "the witness disappears");

        Assert.Equal("stays", Text(await Store.GetAsync(Key, Token)));
    }

    [Fact]
    public async Task A_cancelled_call_throws() =>
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => Store.GetAsync(Key, new CancellationToken(canceled: true)));

    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    protected static string? Text(KeyValueEntry? entry) =>
        entry is null ? null : Encoding.UTF8.GetString(entry.Value.Span);
}
