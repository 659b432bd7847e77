using Stolon.Agents.Ports.Store;
using Stolon.Testing;
using Xunit;

namespace Stolon.Store.Contract;

/// <summary>The contract of every election, by a queue of candidates or by one lock.</summary>
public abstract class ElectionContract : IDisposable
{
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly List<StoreClient> _clients = [];

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>This test's own cluster; other clusters may be in the same store.</summary>
    protected string Cluster { get; } = $"e{Guid.NewGuid():N}";

    /// <summary>A new client for a program of the named cluster.</summary>
    protected abstract StoreClient Open(string cluster, Member member);

    /// <summary>Deletes all candidacies or the lock in the store.</summary>
    protected abstract Task DeleteCandidaciesAsync(string cluster);

    public void Dispose()
    {
        GC.SuppressFinalize(this);
        foreach (var client in _clients)
        {
            client.Dispose();
        }
    }

    [Fact]
    public async Task Without_candidates_there_is_no_leader() => Assert.Null(await Candidate(1).LeaderAsync(Token));

    [Fact]
    public async Task The_only_candidate_is_elected_and_visible_to_all_clients()
    {
        await using var leadership = await Candidate(1).CampaignAsync("one", Token);

        Assert.True(leadership.Held);
        Assert.False(leadership.Lost.IsCompleted);
        Assert.Equal("one", await Candidate(2).LeaderAsync(Token));
    }

    [Fact]
    public async Task When_the_leader_resigns_a_waiting_candidate_is_elected_at_once()
    {
        var first = await Candidate(1).CampaignAsync("one", Token);
        var second = Candidate(2).CampaignAsync("two", Token);
        var third = Candidate(3).CampaignAsync("three", Token);
        Assert.Equal("one", await Candidate(3).LeaderAsync(Token));
        Assert.False(second.IsCompleted || third.IsCompleted);

        await first.DisposeAsync();

        var next = await Task.WhenAny(second, third, Task.Delay(Soon, Token).ContinueWith<ILeadership>(
            _ => throw new TimeoutException("no candidate was elected"), TaskScheduler.Default));
        var (uid, last) = next == second ? ("two", third) : ("three", second);
        Assert.Equal(uid, await Candidate(1).LeaderAsync(Token));
        Assert.False(last.IsCompleted);

        await (await next).DisposeAsync();
        await Eventually.CompleteAsync(last, Soon, "the last is elected");
        await (await last).DisposeAsync();
        Assert.Null(await Candidate(1).LeaderAsync(Token));
    }

    [Fact]
    public async Task Resigning_ends_the_leadership()
    {
        var leadership = await Candidate(1).CampaignAsync("one", Token);

        await leadership.DisposeAsync();
        await leadership.DisposeAsync();

        Assert.False(leadership.Held);
        await Eventually.CompleteAsync(leadership.Lost, Soon, "Lost completes");
    }

    [Fact]
    public async Task A_candidate_that_stops_waiting_does_not_block_others()
    {
        var first = await Candidate(1).CampaignAsync("one", Token);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var second = Candidate(2).CampaignAsync("two", giveUp.Token);
        await WaitingAsync(Cluster, 2);
        var third = Candidate(3).CampaignAsync("three", Token);

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await first.DisposeAsync();

        await Eventually.CompleteAsync(third, Soon, "the third is elected");
        await (await third).DisposeAsync();
    }

    [Fact]
    public async Task A_leader_whose_candidacy_is_deleted_loses_its_leadership()
    {
        await using var leadership = await Candidate(1).CampaignAsync("one", Token);

        await DeleteCandidaciesAsync(Cluster);

        await Eventually.CompleteAsync(leadership.Lost, Soon, "Lost completes");
        Assert.False(leadership.Held);
    }

    [Fact]
    public async Task The_same_candidate_can_campaign_again()
    {
        var election = Candidate(1);
        await (await election.CampaignAsync("one", Token)).DisposeAsync();

        await using var again = await election.CampaignAsync("one", Token);

        Assert.True(again.Held);
    }

    [Fact]
    public async Task Elections_of_different_clusters_are_independent()
    {
        await using var one = await Candidate(1).CampaignAsync("one", Token);
        await using var other = await Opened(Cluster + "2", 1).Election.CampaignAsync("other", Token);

        Assert.True(one.Held && other.Held);
        Assert.Equal("one", await Candidate(2).LeaderAsync(Token));
    }

    [Fact]
    public async Task A_leader_writes_with_its_fence_and_a_former_one_cannot()
    {
        var (one, two) = (Opened(Cluster, 1), Opened(Cluster, 2));
        var first = await one.Election.CampaignAsync("one", Token);

        var stored = Assert.IsType<SwapResult.Stored>(
            await one.Store.CompareAndSwapAsync(Samples.Data("one"), null, first.Fence, Token));
        await first.DisposeAsync();
        await using var second = await two.Election.CampaignAsync("two", Token);

        Assert.IsType<SwapResult.Conflict>(
            await one.Store.CompareAndSwapAsync(Samples.Data("late"), stored.Revision, first.Fence, Token));
        Assert.IsType<SwapResult.Stored>(
            await two.Store.CompareAndSwapAsync(Samples.Data("two"), stored.Revision, second.Fence, Token));
    }

    [Fact]
    public async Task A_leader_that_resigned_cannot_write_even_without_a_successor()
    {
        var client = Opened(Cluster, 1);
        var leadership = await client.Election.CampaignAsync("one", Token);
        await leadership.DisposeAsync();

        Assert.IsType<SwapResult.Conflict>(
            await client.Store.CompareAndSwapAsync(Samples.Data(), null, leadership.Fence, Token));
    }

    [Fact]
    public async Task A_valid_fence_with_an_old_revision_is_a_conflict()
    {
        var client = Opened(Cluster, 1);
        await using var leadership = await client.Election.CampaignAsync("one", Token);
        await client.Store.CompareAndSwapAsync(Samples.Data("one"), null, leadership.Fence, Token);

        Assert.IsType<SwapResult.Conflict>(
            await client.Store.CompareAndSwapAsync(Samples.Data("two"), null, leadership.Fence, Token));
    }

    /// <summary>Waits for this number of candidates, if the store shows who waits.</summary>
    protected virtual Task WaitingAsync(string cluster, int count) => Task.CompletedTask;

    protected IElection Candidate(int number) => Opened(Cluster, number).Election;

    private StoreClient Opened(string cluster, int number)
    {
        var client = Open(cluster, new Member(Component.Sentinel, number));
        _clients.Add(client);
        return client;
    }
}
