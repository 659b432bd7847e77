using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>A cluster that follows a server outside of it.</summary>
public sealed class StandbyClusterTests
{
    [Fact]
    public void A_failed_follower_of_an_external_server_is_replaced_by_a_standby_that_follows_it_then()
    {
        var external = new StandbyConfig { Standby = new StandbySettings { PrimaryConnInfo = "host=outside" } };
        var world = StandbyCluster(external);
        PrimaryElectionTests.Fail(world, "k1");
        Assert.Equal("i2", world.Primary);
        Assert.Equal(new FollowSource.External(external.Standby, null), world.Instance("i2").Spec.Follow);
        Assert.Equal(InstanceRole.Standby, world.Instance("i2").Spec.Role);
    }

    [Fact]
    public void A_standby_cluster_that_is_promoted_gets_a_primary_that_takes_writes()
    {
        var world =
            StandbyCluster(new StandbyConfig { Standby = new StandbySettings { PrimaryConnInfo = "host=outside" } });
        world.Respec(s => s with { Role = ClusterRole.Primary });
        world.Tick();
        Assert.Equal((InstanceRole.Primary, null),
            (world.Instance("i1").Spec.Role!.Value, world.Instance("i1").Spec.Follow));
        world.Settle();
        Assert.Equal("i1", world.Target);
        Assert.Equal(new Timeline(2), world.Instance("i1").Status.Timeline);
    }

    private static World StandbyCluster(StandbyConfig external) => World.Running(
        new ClusterSpec
        {
            InitMode = ClusterInitMode.PointInTimeRecovery,
            PointInTimeConfig = new PointInTimeConfig { DataRestoreCommand = "restore %d" },
            Role = ClusterRole.Standby,
            StandbyConfig = external,
        },
        "k1",
        "k2");
}
