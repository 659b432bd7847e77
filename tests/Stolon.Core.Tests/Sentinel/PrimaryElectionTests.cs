using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

public sealed class PrimaryElectionTests
{
    [Fact]
    public void With_primary_and_standby_good_nothing_changes()
    {
        var world = World.Running("k1", "k2");
        var before = world.Data;
        world.Tick();
        Assert.Equal(ChangeWeight.Heartbeat, ChangeWeights.Of(before, world.Data));
    }

    [Fact]
    public void The_standby_replaces_a_failed_primary_and_proxies_are_closed_first()
    {
        var world = World.Running("k1", "k2");
        Assert.Equal("i1", world.Target);
        var (before, proxies) = (world.Data.Instances, world.Data.Proxy.Generation);
        Fail(world, "k1");
        Assert.Equal("i2", world.Primary);
        Assert.Equal((InstanceRole.Primary, null),
            (world.Instance("i2").Spec.Role!.Value, world.Instance("i2").Spec.Follow));
        Assert.Equal(before[new InstanceUid("i1")].Generation.Next, world.Instance("i1").Generation);
        Assert.Equal(before[new InstanceUid("i2")].Generation.Next, world.Instance("i2").Generation);
        Assert.Equal((null, proxies.Next), (world.Target, world.Data.Proxy.Generation));
        Assert.Empty(world.Instance("i1").Spec.Followers);
        Assert.Equal(InstanceRole.Primary, world.Instance("i1").Spec.Role);
        Assert.Equal(new SentinelNote.PrimaryElected(new("i2"), new("k2"), new("i1")),
            Assert.Single(world.Notes<SentinelNote.PrimaryElected>()));
    }

    [Fact]
    public void A_primary_whose_keeper_was_stopped_is_replaced_immediately()
    {
        var world = World.Running("k1", "k2");
        (world.Keeper("k1").Healthy, world.Keeper("k1").Stopped) = (false, true);
        world.Tick();
        Assert.Equal("i2", world.Primary);
    }

    [Fact]
    public void A_stopped_primary_without_a_candidate_stays_and_is_healthy_when_it_is_back()
    {
        var world = World.Running("k1");
        (world.Keeper("k1").Healthy, world.Keeper("k1").Stopped) = (false, true);
        world.Tick();
        Assert.Equal(("i1", false), (world.Primary, world.Instance("i1").Status.Healthy));
        (world.Keeper("k1").Healthy, world.Keeper("k1").Stopped) = (true, false);
        world.Tick();
        Assert.Equal(("i1", true), (world.Primary, world.Instance("i1").Status.Healthy));
    }

    [Fact]
    public void Once_the_new_primary_is_ready_the_old_ones_keeper_gets_a_new_standby()
    {
        var world = World.Running("k1", "k2");
        Fail(world, "k1");
        world.Keeper("k1").Obeys = false;
        world.Keeper("k1").Healthy = true;
        world.Tick();
        Assert.False(world.Has("i1"));
        var standby = world.Instance("i3");
        Assert.Equal((new KeeperUid("k1"), InstanceInitMode.Resync, InstanceRole.Standby),
            (standby.Spec.Keeper, standby.Spec.InitMode!.Value, standby.Spec.Role!.Value));
        Assert.Equal(new FollowSource.Internal(new InstanceUid("i2")), standby.Spec.Follow);
        Assert.Equal("i2", world.Target);
        Assert.Equal([new InstanceUid("i3")], world.Instance("i2").Spec.Followers);
    }

    [Fact]
    public void A_standby_that_has_not_reported_any_state_is_not_elected()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k2").Obeys = false;
        world.Keeper("k2").Generation = Generation.None;
        world.Tick();
        Fail(world, "k1");
        Assert.Equal("i1", world.Primary);
        Assert.Contains(new SentinelNote.CandidateRejected(new("i2"), new("k2"), "it has not reported any state yet"),
            world.Last!.Notes);
        Assert.Contains(new SentinelNote.NoPrimaryElected(new("i1")), world.Last!.Notes);
        Assert.Equal("i1", world.Target);
    }

    [Fact]
    public void A_healthy_primary_that_does_not_carry_out_its_generation_in_time_is_replaced()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k1").Obeys = false;
        world.Respec(s => s with { MaxStandbys = 7 });
        world.Tick();
        world.Tick();
        world.Advance(30);
        Assert.Equal("i1", world.Primary);
        world.Tick();
        Assert.Equal("i2", world.Primary);
    }

    /// <summary>The original sorts the other way and takes the least advanced one.</summary>
    [Fact]
    public void The_most_advanced_standby_is_elected()
    {
        var world = World.Running("k1", "k2", "k3", "k4");
        world.Write(1000);
        (world.Keeper("k2").Position, world.Keeper("k4").Position) = (At(world, 900), At(world, 800));
        world.Keeper("k3").Position = At(world, 990);
        Fail(world, "k1");
        Assert.Equal("i3", world.Primary);
    }

    [Fact]
    public void Of_equally_advanced_standbys_the_first_by_uid_is_elected()
    {
        var world = World.Running("k1", "k2", "k3");
        Fail(world, "k1");
        Assert.Equal("i2", world.Primary);
    }

    [Theory]
    [InlineData(1000, "i2")]
    [InlineData(1001, "i1")]
    public void A_standby_further_behind_than_the_limit_is_not_elected(ulong behind, string primary)
    {
        var world = World.Running(World.New with { MaxStandbyLagBytes = 1000 }, "k1", "k2");
        world.Keeper("k2").Streams = false;
        world.Write(behind);
        world.Tick();
        Fail(world, "k1");
        Assert.Equal(primary, world.Primary);
    }

    /// <summary>The original forgets the limit as soon as synchronous replication is asked for, before it is in
    /// force.</summary>
    [Fact]
    public void Asking_for_synchronous_replication_does_not_lift_the_limit_before_it_is_in_force()
    {
        var world = World.Running(World.New with { MaxStandbyLagBytes = 1000 }, "k1", "k2");
        world.Keeper("k2").Streams = false;
        world.Write(5000);
        world.Tick();
        world.Keeper("k1").Silent = true;
        world.Advance(25);
        world.Respec(s => s with { SynchronousReplication = true });
        world.Tick();
        Assert.NotEmpty(world.Notes<SentinelNote.NoPrimaryElected>());
        Assert.Equal("i1", world.Primary);
    }

    [Fact]
    public void A_standby_on_another_timeline_is_never_elected()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k1").Silent = true;
        world.Advance(25);
        world.Keeper("k2").Obeys = false;
        world.Keeper("k2").Promote();
        world.Tick();
        Assert.Equal("i1", world.Primary);
        Assert.Contains(
            world.Notes<SentinelNote.CandidateRejected>(),
            r => r.Why == "its history is not the primary's");
    }

    [Fact]
    public void A_standby_whose_data_are_another_clusters_is_never_elected()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k1").Silent = true;
        world.Advance(25);
        world.Keeper("k2").SystemIdentifier = "999";
        world.Tick();
        Assert.NotEmpty(world.Notes<SentinelNote.NoPrimaryElected>());
        Assert.Equal("i1", world.Primary);
    }

    [Fact]
    public void A_keeper_that_may_not_become_primary_is_passed_over()
    {
        var world = World.Running("k1", "k2", "k3");
        world.Keeper("k2").EligibleAsPrimary = false;
        Fail(world, "k1");
        Assert.Equal("i3", world.Primary);
    }

    [Fact]
    public void An_unhealthy_standby_is_not_elected()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k2").Healthy = false;
        world.Advance(40);
        Fail(world, "k1");
        Assert.Equal("i1", world.Primary);
    }

    [Fact]
    public void A_primary_that_comes_back_before_there_was_a_candidate_stays()
    {
        var world = World.Running("k1");
        Fail(world, "k1");
        Assert.Equal(("i1", "i1"), (world.Primary, world.Target));
        world.Keeper("k1").Healthy = true;
        world.Settle();
        Assert.Equal(("i1", "i1"), (world.Primary, world.Target));
        Assert.True(world.Instance("i1").Status.Healthy);
    }

    [Fact]
    public void When_the_elected_one_dies_before_it_promotes_the_returned_primary_is_elected_again()
    {
        var world = World.Running("k1", "k2");
        ElectAndKill(world);
        world.Advance(40);
        Assert.Equal("i1", world.Primary);
        world.Settle();
        Assert.Equal("i1", world.Target);
        Assert.False(world.Has("i2"));
    }

    [Fact]
    public void When_the_elected_one_dies_after_it_promoted_the_returned_primary_is_not_elected()
    {
        var world = World.Running("k1", "k2");
        ElectAndKill(world, promoted: true);
        world.Advance(60);
        Assert.Equal("i2", world.Primary);
        Assert.Null(world.Target);
    }

    [Fact]
    public void An_elected_one_that_does_not_promote_in_time_is_replaced_by_the_next()
    {
        var world = World.Running("k1", "k2", "k3");
        Fail(world, "k1", obeying: false);
        world.Advance(45);
        Assert.Equal("i3", world.Primary);
    }

    [Fact]
    public void A_primary_that_is_not_among_the_instances_stops_every_decision()
    {
        var world = World.Running("k1", "k2");
        world.Data = world.Data with { Instances = world.Data.Instances.Without(new InstanceUid("i1")) };
        var before = world.Data;
        world.Keeper("k2").Silent = true;
        world.Advance(60);
        Assert.Equal(before, world.Data);
        Assert.Contains(new SentinelNote.PrimaryMissing(new InstanceUid("i1")), world.Last!.Notes);
    }

    /// <summary>The standby is elected at once, does not get to promote, and the old primary returns.</summary>
    internal static void ElectAndKill(World world, bool promoted = false)
    {
        Fail(world, "k1", obeying: false);
        Assert.Equal("i2", world.Primary);
        if (promoted)
        {
            world.Keeper("k2").Promote();
            world.Tick();
        }

        world.Keeper("k2").Silent = true;
        world.Keeper("k1").Healthy = true;
    }

    /// <summary>The keeper's PostgreSQL goes sick, until that has a consequence.</summary>
    internal static void Fail(World world, string keeper, bool obeying = true)
    {
        world.Keeper(keeper).Healthy = false;
        foreach (var other in world.Keepers.Values.Where(k => !obeying && k.Uid.Value != keeper))
        {
            other.Obeys = false;
        }

        for (var passed = 0; passed < 6 && !world.Last!.Notes.Any(n => n is SentinelNote.PrimaryNotOk); passed++)
        {
            world.Tick();
        }
    }

    private static Lsn At(World world, ulong offset) => new(world.Keeper("k1").Position.Value - 1000 + offset);
}
