using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

public sealed class SynchronousStandbysTests
{
    private static readonly ClusterSpec Without = World.Synchronous with { MinSynchronousStandbys = 0 };

    [Fact]
    public void When_synchronous_replication_is_turned_on_the_good_standby_becomes_synchronous()
    {
        var world = World.Running("k1", "k2");
        Assert.Null(world.Wanted("i1"));
        world.Respec(s => s with { SynchronousReplication = true });
        world.Tick();
        Assert.True(world.Instance("i1").Spec.SynchronousReplication);
        Assert.Equal(("i2", "", false), (world.Wanted("i1"), world.Confirmed("i1"), world.Blocked("i1")));
        world.Tick();
        Assert.Equal("i2", world.Confirmed("i1"));
    }

    [Fact]
    public void When_synchronous_replication_is_turned_off_commits_wait_for_nothing()
    {
        var world = World.Running(World.Synchronous, "k1", "k2");
        world.Respec(s => s with { SynchronousReplication = false });
        world.Tick();
        Assert.Equal((null, null, false), (world.Wanted("i1"), world.Confirmed("i1"), world.Blocked("i1")));
        Assert.False(world.Instance("i1").Spec.SynchronousReplication);
    }

    [Fact]
    public void A_primary_that_fails_before_it_replicates_synchronously_is_replaced_by_any_standby()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k1").Silent = true;
        world.Advance(25);
        world.Respec(s => s with { SynchronousReplication = true });
        world.Tick();
        Assert.Equal("i2", world.Primary);
        Assert.Equal(("", true), (world.Wanted("i2"), world.Blocked("i2")));
        Assert.True(world.Instance("i2").Spec.SynchronousReplication);
    }

    [Fact]
    public void With_a_minimum_of_zero_such_a_new_primary_is_not_blocked()
    {
        var world = World.Running(World.New with { MinSynchronousStandbys = 0 }, "k1", "k2");
        world.Keeper("k1").Silent = true;
        world.Advance(25);
        world.Respec(s => s with { SynchronousReplication = true });
        world.Tick();
        Assert.Equal("i2", world.Primary);
        Assert.Equal(("", false), (world.Wanted("i2"), world.Blocked("i2")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void The_synchronous_standby_replaces_the_primary_and_waits_for_it(int min)
    {
        var world = World.Running(World.Synchronous with { MinSynchronousStandbys = (ushort)min }, "k1", "k2", "k3");
        PrimaryElectionTests.Fail(world, "k1");
        Assert.Equal("i2", world.Primary);
        Assert.Equal(("i1", false), (world.Wanted("i2"), world.Blocked("i2")));
        Assert.Equal("", world.Confirmed("i2") ?? "");
    }

    [Fact]
    public void A_standby_that_is_not_synchronous_is_not_elected_however_good()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        world.Keeper("k2").Silent = true;
        world.Keeper("k1").Silent = true;
        world.Advance(40);
        Assert.Equal("i1", world.Primary);
        Assert.Contains(world.Notes<SentinelNote.CandidateRejected>(),
            r => (r.Instance.Value, r.Why) == ("i3", "it is not known to have every acknowledged commit"));
    }

    [Fact]
    public void The_only_standby_stays_in_the_list_when_it_fails_so_that_commits_wait()
    {
        var world = World.Running(World.Synchronous, "k1", "k2");
        world.Keeper("k2").Silent = true;
        world.Advance(40);
        Assert.Equal(("i2", "i2", false), (world.Wanted("i1"), world.Confirmed("i1"), world.Blocked("i1")));
    }

    [Fact]
    public void With_a_minimum_of_zero_a_failed_standby_leaves_the_list()
    {
        var world = World.Running(Without, "k1", "k2");
        world.Keeper("k2").Silent = true;
        world.Advance(40);
        Assert.Equal(("", "", false), (world.Wanted("i1"), world.Confirmed("i1"), world.Blocked("i1")));
    }

    [Fact]
    public void A_change_first_requires_old_and_new_together()
    {
        var world = Exchanging();
        Assert.Equal(("i2,i3", "i2"), (world.Wanted("i1"), world.Confirmed("i1")));
    }

    [Fact]
    public void During_a_change_only_a_confirmed_standby_is_elected()
    {
        var world = Exchanging();
        world.Keeper("k3").Obeys = false;
        world.Keeper("k1").Silent = true;
        world.Advance(40);
        Assert.Equal("i1", world.Primary);
    }

    [Fact]
    public void While_only_the_old_one_is_confirmed_a_change_waits()
    {
        var world = Exchanging();
        world.Keeper("k3").Streams = false;
        world.Advance(20);
        Assert.Equal(("i2,i3", "i2"), (world.Wanted("i1"), world.Confirmed("i1")));
        Assert.Contains(new SentinelNote.WaitingForSynchronousStandbys([new InstanceUid("i3")]), world.Last!.Notes);
    }

    [Fact]
    public void When_the_new_one_is_healthy_but_never_streams_a_change_is_reverted()
    {
        var world = Exchanging();
        world.Keeper("k3").Streams = false;
        world.Advance(40);
        Assert.Equal(("i2", "i2"), (world.Wanted("i1"), world.Confirmed("i1")));
    }

    [Fact]
    public void When_the_new_one_fails_a_change_is_reverted()
    {
        var world = Exchanging();
        world.Keeper("k3").Streams = false;
        world.Keeper("k3").Silent = true;
        world.Advance(40);
        Assert.Equal(("i2", "i2"), (world.Wanted("i1"), world.Confirmed("i1")));
    }

    [Fact]
    public void When_both_are_confirmed_the_old_one_is_removed_and_the_new_one_can_be_elected()
    {
        var world = Exchanging();
        world.Tick();
        Assert.Equal(("i3", "i3"), (world.Wanted("i1"), world.Confirmed("i1")));
        PrimaryElectionTests.Fail(world, "k1");
        Assert.Equal("i3", world.Primary);
    }

    [Fact]
    public void Of_two_required_ones_commits_wait_for_the_lost_one_and_the_old_primary()
    {
        var world = World.Running(
            World.Synchronous with { MinSynchronousStandbys = 2, MaxSynchronousStandbys = 2 }, "k1", "k2", "k3");
        Assert.Equal(("i2,i3", "i2,i3"), (world.Wanted("i1"), world.Confirmed("i1")));
        world.Keeper("k2").Silent = true;
        world.Advance(40);
        PrimaryElectionTests.Fail(world, "k1");
        Assert.Equal(("i3", "i1,i2"), (world.Primary, world.Wanted("i3")));
    }

    [Fact]
    public void A_standby_whose_keeper_may_not_be_synchronous_is_not_chosen_and_commits_wait()
    {
        var world = new World(World.Synchronous, "k1", "k2");
        world.Keeper("k2").EligibleAsSynchronousStandby = false;
        world.Settle();
        Assert.Equal(("", true), (world.Wanted("i1"), world.Blocked("i1")));
        var generation = world.Instance("i1").Generation;
        world.Respec(s => s with { MinSynchronousStandbys = 0 });
        world.Tick();
        Assert.Equal(("", false), (world.Wanted("i1"), world.Blocked("i1")));
        Assert.Equal(generation.Next, world.Instance("i1").Generation);
    }

    [Fact]
    public void A_synchronous_standby_whose_keeper_may_not_become_primary_is_not_elected()
    {
        var world = World.Running(World.Synchronous, "k1", "k2");
        world.Keeper("k2").EligibleAsPrimary = false;
        world.Tick();
        PrimaryElectionTests.Fail(world, "k1");
        Assert.Equal("i1", world.Primary);
    }

    /// <summary>The original takes the least advanced one.</summary>
    [Fact]
    public void The_most_advanced_standby_becomes_the_synchronous_one()
    {
        var world = World.Running("k1", "k2", "k3");
        world.Keeper("k2").Streams = false;
        world.Write(1000);
        world.Tick();
        world.Respec(s => s with { SynchronousReplication = true });
        world.Tick();
        Assert.Equal("i3", world.Wanted("i1"));
    }

    [Fact]
    public void With_fewer_required_the_most_advanced_confirmed_ones_stay()
    {
        var world = World.Running(World.Synchronous with { MaxSynchronousStandbys = 2 }, "k1", "k2", "k3");
        world.Keeper("k2").Streams = false;
        world.Write(1000);
        world.Tick();
        world.Respec(s => s with { MaxSynchronousStandbys = 1 });
        world.Tick();
        Assert.Equal(("i3", "i3"), (world.Wanted("i1"), world.Confirmed("i1")));
    }

    /// <summary>PostgreSQL before 9.6 has only one, so an exchange cannot overlap: meanwhile nobody may be
    /// elected.</summary>
    [Fact]
    public void An_old_PostgreSQL_changes_its_only_synchronous_standby_in_one_step()
    {
        var world = new World(World.Synchronous with { MaxSynchronousStandbys = 2 }, "k1", "k2", "k3");
        world.Keeper("k1").Version = new PostgresVersion(9, 5);
        world.Settle();
        Assert.Equal("i2", world.Wanted("i1"));
        world.Keeper("k2").Silent = true;
        world.Advance(30);
        world.Keeper("k3").Obeys = false;
        Assert.Equal(("i3", ""), (world.Wanted("i1"), world.Confirmed("i1")));
        world.Tick();
        Assert.Equal(("i3", "i3"), (world.Wanted("i1"), world.Confirmed("i1")));
    }

    [Fact]
    public void When_the_elected_one_dies_before_it_promotes_the_returned_primary_has_every_commit()
    {
        var world = World.Running(World.Synchronous, "k1", "k2");
        PrimaryElectionTests.ElectAndKill(world);
        for (var n = 0; world.Primary != "i1" && n < 10; n++)
        {
            world.Tick();
        }

        Assert.Equal(("i1", "i2", "i2"), (world.Primary, world.Wanted("i1"), world.Confirmed("i1")));
        world.Settle();
        Assert.Equal("i1", world.Target);
        Assert.True(world.Blocked("i1"));
    }

    [Fact]
    public void When_the_elected_one_dies_before_it_promotes_another_confirmed_standby_has_every_commit()
    {
        var world = World.Running(World.Synchronous with { MaxSynchronousStandbys = 2 }, "k1", "k2", "k3");
        PrimaryElectionTests.Fail(world, "k1", obeying: false);
        Assert.Equal("i2", world.Primary);
        world.Keeper("k2").Silent = true;
        world.Advance(40);
        Assert.Equal("i3", world.Primary);
        Assert.Equal("i1,i2", world.Wanted("i3"));
    }

    [Fact]
    public void When_the_elected_one_dies_after_it_promoted_no_other_one_has_every_commit()
    {
        var world = World.Running(World.Synchronous, "k1", "k2");
        PrimaryElectionTests.ElectAndKill(world, promoted: true);
        world.Advance(60);
        Assert.Equal(("i2", null), (world.Primary, world.Target));
    }

    /// <summary>As the original writes them.</summary>
    [Fact]
    public void Stored_lists_are_compared_as_sets()
    {
        var world = World.Running(World.Synchronous with { MaxSynchronousStandbys = 2 }, "k1", "k2", "k3");
        world.Change("i1", i => i with
        {
            Spec = i.Spec with { SynchronousStandbys = [new("i3"), new("i2")] },
            Status = i.Status with { SynchronousStandbys = [new("i3"), new("i2")] },
        });
        world.Tick();
        Assert.Empty(world.Notes<SentinelNote.WaitingForSynchronousStandbys>());
        Assert.Equal(("i2,i3", "i2,i3"), (world.Wanted("i1"), world.Confirmed("i1")));
    }

    private static World Exchanging()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        world.Keeper("k2").Healthy = false;
        for (var n = 0; world.Wanted("i1") == "i2" && n < 8; n++)
        {
            world.Tick();
        }

        return world;
    }
}
