using System.Text;
using Stolon.Ports.Store;
using Stolon.Store.KeyValue;
using Stolon.Testing;
using Xunit;

namespace Stolon.Store.Contract;

/// <summary>What every election must do.</summary>
public abstract class ElectionContract
{
    protected static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    protected abstract IKeyValueStore Store { get; }

    protected string Base { get; } = $"election/{Guid.NewGuid():N}";

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>An election of this test's own office; candidates are separate clients where that makes a
    /// difference.</summary>
    protected abstract IElection Election(string path);

    /// <summary>Deletes everything below the office behind the candidates' backs.</summary>
    protected abstract Task DeleteCandidaciesAsync(string path);

    private string Path => $"{Base}/sentinel-leader";

    [Fact]
    public async Task Without_candidates_nobody_leads() => Assert.Null(await Election(Path).LeaderAsync(Token));

    [Fact]
    public async Task The_only_candidate_is_elected_and_known_to_everybody()
    {
        await using var leadership = await Election(Path).CampaignAsync("one", Token);

        Assert.True(leadership.Held);
        Assert.False(leadership.Lost.IsCompleted);
        Assert.Equal("one", await Election(Path).LeaderAsync(Token));
    }

    [Fact]
    public async Task Candidates_lead_one_after_the_other_in_the_order_they_came()
    {
        var first = await Election(Path).CampaignAsync("one", Token);
        var second = await WaitingAsync("two", 2);
        var third = await WaitingAsync("three", 3);
        Assert.False(second.IsCompleted);

        await first.DisposeAsync();
        await Eventually.CompleteAsync(second, Soon, "the second is elected");
        Assert.Equal("two", await Election(Path).LeaderAsync(Token));
        Assert.False(third.IsCompleted);

        await (await second).DisposeAsync();
        await Eventually.CompleteAsync(third, Soon, "the third is elected");
        await (await third).DisposeAsync();
        Assert.Null(await Election(Path).LeaderAsync(Token));
    }

    [Fact]
    public async Task Resigning_ends_the_leadership()
    {
        var leadership = await Election(Path).CampaignAsync("one", Token);

        await leadership.DisposeAsync();
        await leadership.DisposeAsync();

        Assert.False(leadership.Held);
        await Eventually.CompleteAsync(leadership.Lost, Soon, "Lost completes");
    }

    [Fact]
    public async Task A_candidate_that_gives_up_waiting_does_not_stand_in_the_way()
    {
        var first = await Election(Path).CampaignAsync("one", Token);
        using var giveUp = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var second = Election(Path).CampaignAsync("two", giveUp.Token);
        await CandidatesAsync(2);
        var third = await WaitingAsync("three", 3);

        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await first.DisposeAsync();

        await Eventually.CompleteAsync(third, Soon, "the third is elected");
        await (await third).DisposeAsync();
    }

    [Fact]
    public async Task A_leader_whose_candidacy_is_deleted_knows_that_it_lost()
    {
        await using var leadership = await Election(Path).CampaignAsync("one", Token);

        await DeleteCandidaciesAsync(Path);

        await Eventually.CompleteAsync(leadership.Lost, Soon, "Lost completes");
        Assert.False(leadership.Held);
    }

    [Fact]
    public async Task The_same_candidate_can_stand_again()
    {
        var election = Election(Path);
        await (await election.CampaignAsync("one", Token)).DisposeAsync();

        await using var again = await election.CampaignAsync("one", Token);

        Assert.True(again.Held);
    }

    [Fact]
    public async Task A_leader_writes_with_its_fence_and_a_former_one_cannot()
    {
        var key = $"{Base}/clusterdata";
        var first = await Election(Path).CampaignAsync("one", Token);

        var stored = Assert.IsType<SwapResult.Stored>(
            await Store.SwapAsync(key, Bytes("one"), null, first.Fence, Token));
        await first.DisposeAsync();
        await using var second = await Election(Path).CampaignAsync("two", Token);

        Assert.IsType<SwapResult.Conflict>(
            await Store.SwapAsync(key, Bytes("late"), stored.Revision, first.Fence, Token));
        Assert.IsType<SwapResult.Stored>(
            await Store.SwapAsync(key, Bytes("two"), stored.Revision, second.Fence, Token));
    }

    [Fact]
    public async Task A_fence_does_not_excuse_an_old_revision()
    {
        var key = $"{Base}/clusterdata";
        await using var leadership = await Election(Path).CampaignAsync("one", Token);
        await Store.SwapAsync(key, Bytes("one"), null, leadership.Fence, Token);

        Assert.IsType<SwapResult.Conflict>(await Store.SwapAsync(key, Bytes("two"), null, leadership.Fence, Token));
    }

    /// <summary>Starts a candidate that has to wait, and waits until it is in the queue.</summary>
    private async Task<Task<ILeadership>> WaitingAsync(string candidate, int place)
    {
        var campaign = Election(Path).CampaignAsync(candidate, Token);
        await CandidatesAsync(place);
        return campaign;
    }

    /// <summary>Waits until so many stand. Backends without one key per candidate override it.</summary>
    protected virtual Task CandidatesAsync(int count) => Eventually.SeeAsync(
        async () => (await Store.ListAsync(Path, Token)).Count,
        seen => seen == count,
        Soon,
        $"{count} candidates stand");

    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);
}
