using Stolon.EndToEnd.Tests.Rig;

namespace Stolon.EndToEnd.Tests;

[Collection(AsynchronousCluster.Name)]
public sealed class SentinelTests(AsynchronousCluster fixture, ITestOutputHelper output) : ClusterTest(fixture)
{
    /// <summary>The leader's lease (20 s, docs/spec/store.md 7) must run out before another can lead.</summary>
    private static readonly TimeSpan LeaderLossTime = TimeSpan.FromSeconds(45);

    [Fact]
    public async Task A_leader_killed_during_a_failover_is_replaced_and_the_failover_goes_on()
    {
        var former = await Cluster.PrimaryAsync();
        var leader = await LeaderAsync();
        await using var writer = await Cluster.WriteRowsAsync();

        await former.KillWithPostgresAsync();
        leader.Kill();

        var successor = await Cluster.SuccessorAsync(former, LeaderLossTime);
        await writer.ReachesAsync(successor.Port, SwitchTime);
        output.WriteLine($"leader and primary killed: {writer.LongestGap.TotalSeconds:0.0} s without writes");
    }

    [Fact]
    public async Task A_leader_that_is_stopped_hands_over_at_once()
    {
        var status = await Cluster.Ctl.StatusAsync();
        var leader = await LeaderAsync();

        Assert.Equal(0, await leader.StopAsync(TimeSpan.FromSeconds(10)));

        await Cluster.SeeAsync(
            s => s.LeadingSentinel is not null && s.LeadingSentinel != status.LeadingSentinel,
            TimeSpan.FromSeconds(5),
            "another sentinel leads");
    }

    /// <summary>A sentinel makes its uid up at start and logs it.</summary>
    private async Task<TestProcess> LeaderAsync()
    {
        var status = await Cluster.SeeAsync(s => s.LeadingSentinel is not null, SwitchTime, "a sentinel leads");
        return Assert.Single(
            Cluster.Sentinels,
            s => s.Running && s.Log.Contains($"\"{status.LeadingSentinel}\"", StringComparison.Ordinal));
    }
}
