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
    public void A_promoted_standby_cluster_gets_a_primary_that_accepts_writes()
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

    /// <summary>The primary outside was replaced by one on a new timeline, and all follow it there.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(16, false)]
    public void A_standby_seen_on_the_new_timeline_first_is_kept_unless_the_first_instance_went_past_the_switch(
        uint past, bool kept)
    {
        var world =
            StandbyCluster(new StandbyConfig { Standby = new StandbySettings { PrimaryConnInfo = "host=outside" } });
        var (leader, follower) = (world.Keeper("k1"), world.Keeper("k2"));
        leader.Position = new Lsn(follower.Position.Value + past);
        world.Tick(1);
        leader.Silent = true;
        follower.Promote();
        follower.IsStandby = true;
        world.Tick(1);
        Assert.Equal(kept, world.Has("i2"));
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
