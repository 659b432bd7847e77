using Stolon.Testing;
using Xunit;

namespace Stolon.Store.Contract;

/// <summary>The additional contract of an election by leases (docs/spec/store.md 7.1): it keeps the candidates'
/// order.</summary>
public abstract class QueueElectionContract : ElectionContract
{
    /// <summary>The number of candidacies in the store.</summary>
    protected abstract Task<int> CandidaciesAsync(string cluster);

    [Fact]
    public async Task Candidates_are_elected_in_the_order_of_their_arrival()
    {
        var first = await Candidate(1).CampaignAsync("one", Token);
        var second = Candidate(2).CampaignAsync("two", Token);
        await WaitingAsync(Cluster, 2);
        var third = Candidate(3).CampaignAsync("three", Token);
        await WaitingAsync(Cluster, 3);

        await first.DisposeAsync();
        await Eventually.CompleteAsync(second, Soon, "the second is elected");
        Assert.False(third.IsCompleted);

        await (await second).DisposeAsync();
        await Eventually.CompleteAsync(third, Soon, "the third is elected");
        await (await third).DisposeAsync();
    }

    protected override Task WaitingAsync(string cluster, int count) => Eventually.SeeAsync(
        () => CandidaciesAsync(cluster), seen => seen == count, Soon, $"{count} candidates stand");
}
