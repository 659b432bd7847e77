using System.Diagnostics;
using Stolon.Agents.Ports.Store;
using Stolon.Testing;
using Xunit;

namespace Stolon.Store.Contract;

/// <summary>The contract of every store with a server under failures of that server, of the network and of the client's
/// own host.</summary>
public abstract class FaultContract : FaultRig
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task A_restart_of_the_server_loses_no_data_and_clients_continue()
    {
        var client = Client(1);
        await client.Store.PutAsync(Samples.Data("before"), Token);
        var read = await FoundAsync(client);
        await using (var watch = await WatchAsync(client))
        {
            await Server.KillAsync();
            await Assert.ThrowsAsync<StoreUnavailableException>(() => client.Store.ReadAsync(Token));
            await Server.StartAgainAsync();
        }

        await Eventually.BeTrueAsync(async () => await ReadsAsync(client), Soon, "the client reads again");
        Assert.Equal(read, await FoundAsync(client));
        await using var again = await WatchAsync(client);
        await Eventually.BeTrueAsync(
            () => StoresAsync(client, Samples.Data("after"), read.Revision), Soon, "the client writes again");
        await again.ReportsAsync(1, "a new watch signals a change");
    }

    [Fact]
    public async Task A_request_to_a_frozen_server_times_out_and_a_writes_outcome_is_unknown()
    {
        var client = Client(1);
        await client.Store.PutAsync(Samples.Data("before"), Token);
        Server.Freeze();
        var clock = Stopwatch.StartNew();

        await Assert.ThrowsAsync<StoreUnavailableException>(() => client.Store.ReadAsync(Token));
        var write = await Assert.ThrowsAsync<StoreUnavailableException>(
            () => client.Store.PutAsync(Samples.Data("after"), Token));

        // A backend may send several requests within one operation, each with its own timeout.
        Assert.InRange(clock.Elapsed, Timeout * 1.9, Timeout * 6);
        Assert.True(
            ReadsBeforeItWrites || write.Message.Contains("unknown", StringComparison.Ordinal), write.Message);
        Server.Thaw();
        await Eventually.BeTrueAsync(async () => await ReadsAsync(client), Soon, "the thawed server is used again");
    }

    [Fact]
    public async Task Responses_slower_than_the_timeout_fail_and_faster_ones_succeed()
    {
        var line = Line();
        var client = Client(1, line);
        await client.Store.PutAsync(Samples.Data("a"), Token);

        line.Delay = Timeout / 10;
        Assert.Equal(Samples.Data("a"), (await FoundAsync(client)).Data);
        line.Delay = Timeout * 3;
        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<StoreUnavailableException>(() => client.Store.ReadAsync(Token));

        Assert.InRange(clock.Elapsed, Timeout * 0.9, Timeout * 2.5);
    }

    [Fact]
    public async Task A_connection_lost_between_request_and_response_leaves_an_unknown_outcome()
    {
        var (line, direct) = (Line(), Client(2));
        var client = Client(1, line);
        await client.Store.PutAsync(Samples.Data("before"), Token);
        var read = await FoundAsync(client);
        line.SwallowsAnswers = true;

        var write = client.Store.CompareAndSwapAsync(Samples.Data("after"), read.Revision, null, Token);
        await Eventually.BeTrueAsync(() => line.HasSwallowed, Soon, "the request was answered");
        line.Cut();

        if (ReadsBeforeItWrites)
        {
            // The lost response was that of a read, which is repeated, or the end of a response.
            await Assert.ThrowsAsync<StoreUnavailableException>(() => write);
            Assert.Equal(read, await FoundAsync(direct));
        }
        else
        {
            var lost = await Assert.ThrowsAsync<StoreUnavailableException>(() => write);
            Assert.Contains("unknown", lost.Message, StringComparison.Ordinal);
            Assert.Equal(Samples.Data("after"), (await FoundAsync(direct)).Data);
        }

        var found = await FoundAsync(client);
        Assert.IsType<SwapResult.Stored>(
            await client.Store.CompareAndSwapAsync(Samples.Data("next"), found.Revision, null, Token));
    }

    [Fact]
    public async Task Jumps_of_the_wall_clock_change_nothing()
    {
        var time = new SkewedTimeProvider();
        var (client, keeper) = (Client(1, time: time), new Member(Component.Keeper));
        await using var leadership = await client.Election.CampaignAsync("one", Token);
        await Client(keeper, time: time).Store.PublishAsync(Samples.Keeper(keeper), Life, Token);
        var rival = Client(2, time: time).Election.CampaignAsync("two", Token);

        foreach (var jump in new[] { TimeSpan.FromDays(1), TimeSpan.FromDays(-2) })
        {
            time.Jump(jump);
            Assert.True(leadership.Held);
            Assert.Single(await client.Store.ReadKeepersAsync(Token));
            Assert.Equal("one", await client.Election.LeaderAsync(Token));
            Assert.False(rival.IsCompleted);
        }

        await leadership.DisposeAsync();
        await Eventually.CompleteAsync(rival, Soon, "the other is elected");
        await (await rival).DisposeAsync();
    }

    [Fact]
    public async Task A_leader_frozen_beyond_its_lease_is_replaced_and_cannot_write_afterwards()
    {
        var time = new SkewedTimeProvider();
        var frozen = Client(1, time: time);
        await using var former = await frozen.Election.CampaignAsync("one", Token);
        await frozen.Store.PutAsync(Samples.Data("before"), Token);
        var read = await FoundAsync(frozen);
        var other = Client(2);
        var campaign = other.Election.CampaignAsync("two", Token);

        time.Freeze();
        await Eventually.CompleteAsync(campaign, LongestLeadership + Soon, "the other is elected");
        Assert.False(former.Held);
        await using var leadership = await campaign;
        time.Thaw();

        Assert.IsType<SwapResult.Conflict>(
            await frozen.Store.CompareAndSwapAsync(Samples.Data("late"), read.Revision, former.Fence, Token));
        Assert.IsType<SwapResult.Stored>(
            await other.Store.CompareAndSwapAsync(Samples.Data("new"), read.Revision, leadership.Fence, Token));
        await Eventually.CompleteAsync(former.Lost, Soon, "the former leader knows");
    }

    [Fact]
    public async Task After_a_pause_of_the_server_longer_than_a_lease_there_is_one_leader_again()
    {
        var (one, two) = (Client(1), Client(2));
        await one.Store.PutAsync(Samples.Data("before"), Token);
        var first = await one.Election.CampaignAsync("one", Token);
        var second = two.Election.CampaignAsync("two", Token);

        Server.Freeze();
        await Eventually.CompleteAsync(first.Lost, LongestLeadership + Soon, "the leader gives up by its own clock");
        Assert.False(first.Held);
        Server.Thaw();
        await first.DisposeAsync();

        await using var leadership = await ElectedAsync(two, second);
        Assert.Equal("two", await two.Election.LeaderAsync(Token));
        var read = await FoundAsync(two);
        Assert.Equal(Samples.Data("before"), read.Data);
        Assert.IsType<SwapResult.Stored>(
            await two.Store.CompareAndSwapAsync(Samples.Data("after"), read.Revision, leadership.Fence, Token));
    }

    [Fact]
    public async Task Cluster_data_larger_than_1_MiB_are_stored_completely_or_refused_with_a_reason()
    {
        var client = Client(1);
        var large = Samples.Large(1024 * 1024);
        await client.Store.PutAsync(Samples.Data("small"), Token);
        var before = await FoundAsync(client);

        if (RefusalOfLarge is null)
        {
            Assert.IsType<SwapResult.Stored>(
                await client.Store.CompareAndSwapAsync(large, before.Revision, null, Token));
            Assert.Equal(large, (await FoundAsync(client)).Data);
        }
        else
        {
            await using var leadership = await client.Election.CampaignAsync("one", Token);
            foreach (var fence in new[] { null, leadership.Fence })
            {
                var refusal = await Assert.ThrowsAsync<StoreUnavailableException>(
                    () => client.Store.CompareAndSwapAsync(large, before.Revision, fence, Token));
                Assert.Contains(RefusalOfLarge, refusal.Message, StringComparison.Ordinal);
            }

            var found = await FoundAsync(client);
            Assert.Equal(before.Data, found.Data);
            Assert.IsType<SwapResult.Stored>(
                await client.Store.CompareAndSwapAsync(Samples.Data("next"), found.Revision, null, Token));
        }
    }
}
