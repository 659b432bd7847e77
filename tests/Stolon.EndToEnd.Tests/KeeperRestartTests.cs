using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

[Collection(AsynchronousCluster.Name)]
public sealed class KeeperRestartTests(AsynchronousCluster fixture) : ClusterTest(fixture)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_keeper_that_was_killed_takes_its_running_postgres_over(bool ofThePrimary)
    {
        var primary = await Cluster.PrimaryAsync();
        var keeper = ofThePrimary ? primary : Cluster.Others(primary).First();
        var postmaster = keeper.Postmaster;
        var started = await keeper.AskAsync("select pg_postmaster_start_time()");
        await using var writer = await Cluster.WriteRowsAsync();

        keeper.Process.Kill();
        keeper.Process.Start();

        // A change of the specification reaches PostgreSQL only through a keeper that manages it.
        var wanted = $"{Random.Shared.Next(1000, 9999)}7ms";
        await Cluster.Ctl.PatchAsync($$"""{"pgParameters":{"log_min_duration_statement":"{{wanted}}"} }""");
        await Eventually.BeAsync(
            wanted,
            () => keeper.AskAsync("show log_min_duration_statement"),
            TimeSpan.FromSeconds(20),
            "the restarted keeper manages PostgreSQL");
        await Cluster.HealAsync();

        Assert.Equal(postmaster, keeper.Postmaster);
        Assert.Equal(started, await keeper.AskAsync("select pg_postmaster_start_time()"));
        Assert.Equal(primary, await Cluster.PrimaryAsync());
        Assert.Equal(0, writer.Failures);
    }

    [Fact]
    public async Task A_second_keeper_on_the_same_data_is_refused()
    {
        var keeper = Cluster.Keepers[0];
        using var second = keeper.Process.Twin();
        second.Start();

        await Eventually.BeTrueAsync(() => !second.Running, TimeSpan.FromSeconds(10), "the second keeper ends");

        Assert.Equal(1, second.ExitCode);
        Assert.Contains("cannot take exclusive lock on data dir", second.Log);
        Assert.NotNull(keeper.Postmaster);
    }
}
