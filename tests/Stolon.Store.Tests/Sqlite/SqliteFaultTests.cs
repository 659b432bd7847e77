using Stolon.Agents.Ports.Store;
using Stolon.Store.Contract;
using Stolon.Testing;

namespace Stolon.Store.Tests.Sqlite;

/// <summary>The faults of every backend, as far as they apply to a file. Processes that die or stop are in
/// <see cref="SqliteProcessTests"/>.</summary>
public sealed class SqliteFaultTests : IDisposable
{
    private const string Cluster = "c";
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(2);
    private readonly TemporaryDirectory _directory = new("sqlite");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Cluster_data_larger_than_1_MiB_are_stored_completely()
    {
        using var client = Client();
        using var other = Client();
        var large = Samples.Large(3 * 1024 * 1024);

        var stored = Assert.IsType<SwapResult.Stored>(
            await client.Store.CompareAndSwapAsync(large, null, null, Token));

        Assert.Equal(new ClusterDataRead.Found(large, stored.Revision), await other.Store.ReadAsync(Token));
    }

    [Fact]
    public async Task Jumps_of_the_wall_clock_change_nothing()
    {
        var time = new SkewedTimeProvider();
        using var client = Client(time);
        using var other = Client();
        var keeper = new Member(Component.Keeper);
        await using var leadership = await client.Election.CampaignAsync("one", Token);
        await client.Store.PublishAsync(Samples.Keeper(keeper), TimeSpan.FromSeconds(60), Token);

        foreach (var jump in new[] { TimeSpan.FromDays(1), TimeSpan.FromDays(-2) })
        {
            time.Jump(jump);
            Assert.True(leadership.Held);
            foreach (var seen in new[] { client, other })
            {
                Assert.Single(await seen.Store.ReadKeepersAsync(Token));
                Assert.Equal("one", await seen.Election.LeaderAsync(Token));
            }
        }
    }

    [Fact]
    public async Task A_leader_on_a_frozen_host_is_replaced_and_cannot_write_afterwards()
    {
        var time = new SkewedTimeProvider();
        using var frozen = Client(time);
        using var other = Client();
        await using var former = await frozen.Election.CampaignAsync("one", Token);
        var stored = Assert.IsType<SwapResult.Stored>(
            await frozen.Store.CompareAndSwapAsync(Samples.Data("before"), null, former.Fence, Token));

        time.Freeze();
        var campaign = other.Election.CampaignAsync("two", Token);
        await Eventually.CompleteAsync(campaign, Soon, "the other is elected");
        Assert.False(former.Held);
        await using var leadership = await campaign;
        time.Thaw();

        Assert.IsType<SwapResult.Conflict>(
            await frozen.Store.CompareAndSwapAsync(Samples.Data("late"), stored.Revision, former.Fence, Token));
        Assert.IsType<SwapResult.Stored>(
            await other.Store.CompareAndSwapAsync(Samples.Data("new"), stored.Revision, leadership.Fence, Token));
        await Eventually.CompleteAsync(former.Lost, Soon, "the former leader knows");
    }

    [Fact]
    public async Task The_leadership_of_a_dead_leader_ends_with_its_lease()
    {
        using (var gone = SqliteChild.Start(nameof(SqliteChild.LeadAsync), _directory.File("store.db")))
        {
            await Eventually.BeTrueAsync(
                () => gone.Output.Contains("leads", StringComparison.Ordinal), Soon, "it leads");
            gone.Kill();
        }

        using var store = SharedSqlite.Store(_directory.File("store.db"));
        Assert.Single(await store.CandidaciesAsync("office/", Token));

        await Eventually.BeTrueAsync(
            async () => (await store.CandidaciesAsync("office/", Token)).Count == 0,
            SqliteChild.Life + TimeSpan.FromSeconds(3),
            "its candidacy expires");
    }

    private StoreClient Client(TimeProvider? time = null) =>
        SharedSqlite.Client(_directory.File("store.db"), Cluster, time: time, life: Life);
}
