using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

public sealed class EligibilityTests(OneEligibleKeeper fixture)
    : ClusterTest(fixture), IClassFixture<OneEligibleKeeper>
{
    [Fact]
    public async Task Without_an_eligible_standby_nobody_is_elected_and_the_cluster_waits()
    {
        var primary = await Cluster.PrimaryAsync();
        var standby = Cluster.Others(primary).Single();
        await primary.KillWithPostgresAsync();

        await Cluster.SeeFailedAsync(primary, FailoverTime);
        // Long enough for an election that ought not to happen.
        await Task.Delay(FailoverTime / 2);

        Assert.Equal(primary, await Cluster.PrimaryAsync());
        Assert.True(await standby.IsStandbyAsync());
        Assert.Null(await Cluster.Proxy.AskAsync("select 1"));

        await Cluster.HealAsync();
        Assert.Equal(primary, await Cluster.PrimaryAsync());
        await AssertDeclaredFailureChangesNothingAsync(primary);
        await using var writer = await Cluster.WriteRowsAsync();
    }

    /// <summary>An operator's word counts for one check (docs/spec/sentinel.md 10); clients stay.</summary>
    private async Task AssertDeclaredFailureChangesNothingAsync(Keeper primary)
    {
        await using var connection = await Sql.ConnectAsync(Cluster.Proxy.Port, Sql.Superuser);
        await Cluster.Ctl.RunAsync("failkeeper", primary.Uid);
        await Eventually.BeTrueAsync(
            async () =>
                (bool?)(await Cluster.DataAsync())["keepers"]![primary.Uid]!["status"]!["forceFail"] is not true,
            TimeSpan.FromSeconds(10),
            "a sentinel has seen the declaration");
        Assert.Equal(primary, await Cluster.PrimaryAsync());
        Assert.Equal("1", await Sql.AskAsync(connection, "select 1"));
    }
}
