using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>An old primary that has written what no standby received cannot just follow the new one.</summary>
[Collection(AsynchronousCluster.Name)]
public sealed class RejoinTests(AsynchronousCluster fixture) : ClusterTest(fixture)
{
    [Fact]
    public async Task With_usePgrewind_the_old_primary_is_rewound()
    {
        await Cluster.Ctl.PatchAsync("""{"usePgrewind":true}""");
        var former = await Cluster.PrimaryAsync();
        var birth = former.BirthOfData();

        await LoseWithRowsOfItsOwnAsync(former);
        await Cluster.HealAsync();

        Assert.True(await former.IsStandbyAsync());
        Assert.Equal(birth, former.BirthOfData());
        await SeeSameRowsAsync();
    }

    [Fact]
    public async Task Without_it_the_old_primary_is_copied_anew()
    {
        await Cluster.Ctl.PatchAsync("""{"usePgrewind":false}""");
        var former = await Cluster.PrimaryAsync();
        var birth = former.BirthOfData();

        await LoseWithRowsOfItsOwnAsync(former);
        await Cluster.HealAsync();

        Assert.True(await former.IsStandbyAsync());
        Assert.NotEqual(birth, former.BirthOfData());
        await SeeSameRowsAsync();
        await Cluster.Ctl.PatchAsync("""{"usePgrewind":true}""");
    }

    /// <summary>Its failed instance is kept, for it might come back (docs/spec/sentinel.md 7.2 f): an operator says
    /// that it will not.</summary>
    [Fact]
    public async Task A_keeper_that_has_lost_its_disk_gets_a_copy_once_it_was_removed()
    {
        var standby = Cluster.Others(await Cluster.PrimaryAsync()).First();
        await standby.KillWithPostgresAsync();
        standby.LoseDisk();

        // A conflict with the sentinel's write is an error by contract (docs/spec/stolonctl.md 7): run it again.
        await Eventually.BeTrueAsync(
            async () => (await Cluster.Ctl.TryAsync("removekeeper", standby.Uid)).ExitCode == 0,
            TimeSpan.FromSeconds(10),
            "removekeeper is accepted");
        await Cluster.HealAsync();

        Assert.True(await standby.IsStandbyAsync());
        await SeeSameRowsAsync();
    }
}
