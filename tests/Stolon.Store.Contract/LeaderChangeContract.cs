using Stolon.Agents.Ports.Store;
using Stolon.Testing;
using Xunit;

namespace Stolon.Store.Contract;

/// <summary>The contract of every store of several servers after the loss of its leader.</summary>
public abstract class LeaderChangeContract
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(60);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A client that can continue without the current leader of the store.</summary>
    protected abstract StoreClient Open(string cluster, Member member);

    /// <summary>Kills the server that leads the store.</summary>
    protected abstract Task KillLeaderAsync();

    [Fact]
    public async Task Clients_continue_when_the_leading_server_dies()
    {
        var cluster = $"l{Guid.NewGuid():N}";
        using var one = Open(cluster, new Member(Component.Sentinel, 1));
        using var two = Open(cluster, new Member(Component.Sentinel, 2));
        var leadership = await one.Election.CampaignAsync("one", Token);
        var rival = two.Election.CampaignAsync("two", Token);
        var stored = Assert.IsType<SwapResult.Stored>(
            await one.Store.CompareAndSwapAsync(Samples.Data("1"), null, leadership.Fence, Token));

        await KillLeaderAsync();

        // Acknowledged writes are present, and one of the two leaders writes with its fence.
        await Eventually.BeTrueAsync(() => FoundAsync(one, stored.Revision), Soon, "the document is read again");
        var written = await Eventually.SeeAsync(
            async () => await WrittenAsync(one, "2", leadership.Fence, stored.Revision)
                ?? (rival.IsCompletedSuccessfully
                    ? await WrittenAsync(two, "2", (await rival).Fence, stored.Revision)
                    : null),
            seen => seen is not null,
            Soon,
            "the leader writes");
        Assert.False(leadership.Held && rival.IsCompletedSuccessfully && (await rival).Held);

        await using (var watch = await RunningWatch.StartAsync(
            (changed, stop) => two.Store.WatchAsync(StoreTopic.ClusterData, changed, stop)))
        {
            await Eventually.SeeAsync(
                () => WrittenAsync(one, "3", null, written!.Value),
                seen => seen is not null,
                Soon,
                "another write is taken");
            await watch.ReportsAsync(1, "a new watch signals a change");
        }

        await leadership.DisposeAsync();
        await Eventually.CompleteAsync(rival, Soon, "the other is elected when the leader resigns");
        await (await rival).DisposeAsync();
    }

    private static async Task<bool> FoundAsync(StoreClient client, Revision revision)
    {
        try
        {
            return await client.Store.ReadAsync(Token) is ClusterDataRead.Found found && found.Revision == revision;
        }
        catch (StoreUnavailableException)
        {
            return false;
        }
    }

    /// <summary>The new revision; null if nothing was written.</summary>
    private static async Task<Revision?> WrittenAsync(
        StoreClient client, string uid, LeaderFence? fence, Revision expected)
    {
        try
        {
            return await client.Store.CompareAndSwapAsync(Samples.Data(uid), expected, fence, Token)
                is SwapResult.Stored stored ? stored.Revision : null;
        }
        catch (StoreUnavailableException)
        {
            return await ReadBackAsync(client, expected);
        }
    }

    /// <summary>The result of a write with an unknown outcome.</summary>
    private static async Task<Revision?> ReadBackAsync(StoreClient client, Revision before)
    {
        try
        {
            return await client.Store.ReadAsync(Token) is ClusterDataRead.Found found && found.Revision != before
                ? found.Revision : null;
        }
        catch (StoreUnavailableException)
        {
            return null;
        }
    }
}
