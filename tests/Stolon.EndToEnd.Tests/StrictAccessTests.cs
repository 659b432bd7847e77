using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary><c>defaultSUReplAccessMode: strict</c>: the internal users may connect from the other instances'
/// addresses only.</summary>
public sealed class StrictAccessTests(StrictCluster fixture) : ClusterTest(fixture), IClassFixture<StrictCluster>
{
    [Fact]
    public async Task Internal_users_come_from_the_other_instances_whether_IPv6_or_a_host_name()
    {
        var former = await Cluster.PrimaryAsync();
        var standby = Cluster.Others(former).Single();
        await SeeAccessAsync(former, "::1/128", standby, "");

        await Cluster.FailAsync(former);
        Assert.Equal(standby, await Cluster.SuccessorAsync(former, FailoverTime));
        await Cluster.HealAsync();
        await SeeAccessAsync(standby, "::1/128", former, "");

        // On a busy machine the restarts must not look like failures.
        await Cluster.Ctl.PatchAsync("""{"failInterval":"60s"}""");
        foreach (var keeper in Cluster.Keepers)
        {
            keeper.Move("localhost", keeper.Port);
        }

        await Cluster.HealAsync();
        await SeeAccessAsync(await Cluster.PrimaryAsync(), "localhost", null, "");

        await Cluster.Ctl.PatchAsync("""{"defaultSUReplAccessMode":"all"}""");
        await SeeAccessAsync(await Cluster.PrimaryAsync(), "0.0.0.0/0", null, "");
    }

    /// <summary>Waits for the lines of remote internal users on a primary, without the methods, and on its standby if
    /// one is given.</summary>
    private static async Task SeeAccessAsync(Keeper primary, string from, Keeper? standby, string onStandby)
    {
        var lines = $"host all {Sql.Superuser} {from}; host replication {Sql.Replication} {from}";
        await Eventually.BeAsync(
            lines, () => AccessAsync(primary, from), TimeSpan.FromSeconds(15), $"access to {primary.Uid}");
        if (standby is not null)
        {
            await Eventually.BeAsync(
                onStandby, () => AccessAsync(standby, from), TimeSpan.FromSeconds(15), $"access to {standby.Uid}");
        }
    }

    private static Task<string> AccessAsync(Keeper keeper, string from) => Task.FromResult(string.Join(
        "; ",
        File.ReadLines(Path.Combine(keeper.PostgresDirectory, "pg_hba.conf"))
            .Where(l => l.Contains($" {from} ", StringComparison.Ordinal)
                && !l.StartsWith("host all all ", StringComparison.Ordinal))
            .Select(l => l[..l.LastIndexOf(' ')])));
}
