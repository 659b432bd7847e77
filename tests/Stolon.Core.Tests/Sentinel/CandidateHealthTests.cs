using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>failInterval is for who is in office. Whoever is to take an office is well by the newest report.</summary>
public sealed class CandidateHealthTests
{
    [Fact]
    public void When_primary_and_standbys_fail_together_the_primary_and_its_clients_stay()
    {
        var world = World.Running("k1", "k2", "k3");
        FallIll(world, "k1", "too many connections for role \"stolon\"");
        world.Tick(0.1);
        FallIll(world, "k2", "too many connections for role \"stolon\"");
        FallIll(world, "k3", "too many connections for role \"stolon\"");
        var worst = new List<SentinelNote>();
        for (var n = 0; n < 100; n++)
        {
            worst.AddRange(world.Tick(0.5).Notes);
        }

        Assert.Equal(("i1", "i1"), (world.Primary, world.Target));
        Assert.Contains(
            new SentinelNote.AllUnhealthy(new InstanceUid("i1"), "too many connections for role \"stolon\""), worst);
    }

    [Fact]
    public void The_problems_of_all_are_reported_even_if_their_texts_differ()
    {
        var world = World.Running("k1", "k2");
        FallIll(world, "k1", "disk full");
        FallIll(world, "k2", "connection refused");
        world.Advance(30);
        Assert.Equal("disk full; connection refused", Assert.Single(world.Notes<SentinelNote.AllUnhealthy>()).Trouble);
    }

    [Fact]
    public void The_only_healthy_candidate_is_elected_even_if_an_unhealthy_one_is_far_ahead()
    {
        var world = World.Running("k1", "k2", "k3");
        world.Keeper("k3").Streams = false;
        world.Write(1000);
        world.Tick();
        FallIll(world, "k1", "it is gone");
        world.Advance(20);
        FallIll(world, "k2", "it is gone");
        world.Advance(6);
        Assert.Equal("i3", world.Primary);
    }

    /// <summary>Elected, it would refuse, and its clients would have been cut for nothing.</summary>
    [Fact]
    public void A_candidate_whose_keeper_refuses_to_promote_it_is_not_elected_and_the_reason_is_reported()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k2").Complaints =
            [new Complaint(ComplaintSubject.Data, "the cluster data are older", WallTime.Never)];
        world.Keeper("k1").Silent = true;
        world.Advance(60);
        Assert.Equal("i1", world.Primary);
        Assert.Contains(
            "its keeper would not promote it: the cluster data are older", world.Data.Cluster.Trouble?.Reason);
    }

    [Fact]
    public void A_candidate_that_stopped_reporting_with_the_primary_is_not_elected()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k1").Silent = true;
        world.Tick(0.2);
        world.Keeper("k2").Silent = true;
        for (var n = 0; n < 120; n++)
        {
            world.Tick(0.25);
        }

        Assert.Equal("i1", world.Primary);
        Assert.Empty(world.Notes<SentinelNote.AllUnhealthy>());
    }

    [Fact]
    public void A_candidate_whose_report_is_merely_late_is_elected()
    {
        var world = World.Running("k1", "k2");
        FallIll(world, "k1", "it is gone");
        world.Advance(18);
        world.Keeper("k2").Silent = true;
        world.Advance(8);
        Assert.Equal("i2", world.Primary);
    }

    [Fact]
    public void A_confirmed_standby_that_is_unhealthy_now_is_not_elected()
    {
        var world = World.Running(World.Synchronous, "k1", "k2");
        FallIll(world, "k1", "it is gone");
        world.Advance(15);
        FallIll(world, "k2", "no space left on device");
        world.Advance(10);
        Assert.Equal("i1", world.Primary);
        world.Keeper("k2").Healthy = true;
        world.Tick();
        Assert.Equal("i2", world.Primary);
    }

    [Fact]
    public void A_standby_that_is_unhealthy_now_does_not_become_synchronous()
    {
        var world = World.Running("k1", "k2", "k3");
        FallIll(world, "k2", "it is gone");
        world.Respec(s => s with { SynchronousReplication = true });
        world.Tick();
        Assert.Equal("i3", world.Wanted("i1"));
    }

    [Fact]
    public void A_keeper_that_stopped_reporting_is_not_chosen_for_the_first_primary()
    {
        var spec = World.New with
        {
            InitTimeout = TimeSpan.FromSeconds(20),
            FailInterval = TimeSpan.FromSeconds(60),
        };
        var world = new World(spec, "k1", "k2");
        world.Tick();
        Assert.Equal("k1", world.Instance("i1").Spec.Keeper.Value);
        world.Keeper("k1").Silent = true;
        world.Advance(35);
        Assert.True(world.Data.Keepers[new KeeperUid("k1")].Status.Healthy);
        Assert.Equal("k2", Assert.Single(world.Data.Instances.Values).Spec.Keeper.Value);
    }

    [Fact]
    public void A_keeper_that_stopped_reporting_gets_no_standby()
    {
        var world = World.Running(World.New with { MaxStandbysPerSender = 1 }, "k1", "k2", "k3");
        Assert.Equal(2, world.Data.Instances.Count);
        world.Keeper("k3").Silent = true;
        world.Advance(15);
        world.Respec(s => s with { MaxStandbysPerSender = 2 });
        world.Tick(1);
        Assert.Equal(2, world.Data.Instances.Count);
        world.Keeper("k3").Silent = false;
        world.Settle();
        Assert.Equal(3, world.Data.Instances.Count);
    }

    [Fact]
    public void No_standby_is_removed_in_favour_of_one_that_is_unhealthy_now()
    {
        var world = World.Running(World.New with { MaxStandbysPerSender = 2 }, "k1", "k2", "k3");
        world.Respec(s => s with { MaxStandbysPerSender = 1 });
        FallIll(world, "k2", "it is gone");
        FallIll(world, "k3", "it is gone");
        world.Tick();
        Assert.True(world.Has("i2") && world.Has("i3"));
    }

    private static void FallIll(World world, string keeper, string reason) =>
        (world.Keeper(keeper).Healthy, world.Keeper(keeper).Reason) = (false, reason);
}
