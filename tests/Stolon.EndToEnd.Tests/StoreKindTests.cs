using Stolon.EndToEnd.Tests.Rig;
using Stolon.EndToEnd.Tests.Rig.Stores;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>The same story on every store but the one of all other tests.</summary>
public sealed class StoreKindTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    [Theory]
    [InlineData(StoreKind.EtcdV2, Traits = ["run", "all"])]
    [InlineData(StoreKind.Consul)]
    [InlineData(StoreKind.Kubernetes)]
    [InlineData(StoreKind.Sqlite)]
    public async Task A_cluster_fails_over_and_takes_its_old_primary_back(StoreKind store)
    {
        await using var cluster = await TestCluster.StartAsync(
            ClusterShape.Asynchronous with { Store = store, Keepers = 2 });
        try
        {
            await using var writer = await cluster.WriteRowsAsync();
            await AnotherSentinelLeadsAsync(cluster);

            var former = await cluster.PrimaryAsync();
            await former.KillWithPostgresAsync();
            var successor = await cluster.SuccessorAsync(former, Patience);
            await writer.ReachesAsync(successor.Port, Patience);
            await cluster.HealAsync();
            Assert.Equal(successor, await cluster.PrimaryAsync());
            Assert.True(await former.IsStandbyAsync());

            var failures = writer.Failures;
            await cluster.Store.RestartAsync();
            var wanted = $"{Random.Shared.Next(1000, 9999)}7ms";
            await PatchAsync(cluster, $$"""{"pgParameters":{"log_min_duration_statement":"{{wanted}}"} }""");
            await Eventually.BeAsync(
                wanted, () => successor.AskAsync("show log_min_duration_statement"), Patience, "the parameter arrives");

            await writer.StopAsync();
            Assert.Equal(failures, writer.Failures);
            Assert.Equal(successor, await cluster.PrimaryAsync());
        }
        finally
        {
            cluster.KeepLogsOfFailure();
        }
    }

    /// <summary>The sentinel that leads is stopped, and starts again when the other one leads.</summary>
    private static async Task AnotherSentinelLeadsAsync(TestCluster cluster)
    {
        var before = await cluster.SeeAsync(s => s.LeadingSentinel is not null, Patience, "a sentinel leads");
        var leading = cluster.Sentinels.Single(
            s => s.Log.Contains($"\"{before.LeadingSentinel}\"", StringComparison.Ordinal));
        Assert.Equal(0, await leading.StopAsync(Patience));
        await cluster.SeeAsync(
            s => s.LeadingSentinel is not null && s.LeadingSentinel != before.LeadingSentinel,
            Patience,
            "the other sentinel leads");
        leading.Start();
    }

    /// <summary>Right after a restart the store may not answer yet.</summary>
    private static Task PatchAsync(TestCluster cluster, string patch) => Eventually.BeTrueAsync(
        async () => (await cluster.Ctl.TryAsync("update", "--patch", patch)).ExitCode == 0,
        Patience,
        "the specification is changed");
}
