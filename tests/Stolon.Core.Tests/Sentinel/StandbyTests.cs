using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>Which standbys there are: placement, retirement, followers.</summary>
public sealed class StandbyTests
{
    private static readonly ClusterSpec One = World.New with { MaxStandbysPerSender = 1 };

    [Fact]
    public void There_are_no_more_standbys_than_allowed()
    {
        var world = World.Running(One, "k1", "k2", "k3");
        Assert.Equal(2, world.Data.Instances.Count);
        Assert.Equal([new InstanceUid("i2")], world.Instance("i1").Spec.Followers);
    }

    /// <summary>The original does not count standbys that are being cloned, and starts one more at every
    /// check.</summary>
    [Fact]
    public void A_standby_that_is_still_being_cloned_is_counted()
    {
        var world = new World(One, "k1", "k2", "k3");
        world.Keeper("k2").Obeys = false;
        world.Keeper("k3").Obeys = false;
        world.Settle();
        Assert.Equal(2, world.Data.Instances.Count);
    }

    /// <summary>Without room, or with another cluster's data.</summary>
    [Fact]
    public void A_standby_that_its_keeper_refuses_does_not_count()
    {
        var world = new World(One, "k1", "k2");
        world.Keeper("k2").Obeys = false;
        world.Settle();
        Assert.True(world.Has("i2"));
        world.Keeper("k3", obeys: true);
        world.Settle();
        Assert.Null(world.Data.InstanceOf(new KeeperUid("k3")));
        world.Keeper("k2").Refuses = true;
        world.Settle();
        Assert.NotNull(world.Data.InstanceOf(new KeeperUid("k3")));
    }

    [Fact]
    public void A_failed_standby_is_replaced_by_a_spare_keeper_and_removed_when_that_is_good()
    {
        var world = World.Running(One, "k1", "k2", "k3");
        world.Keeper("k2").Silent = true;
        world.Keeper("k3").Obeys = false;
        world.Advance(40);
        Assert.True(world.Has("i2"));
        Assert.Equal("k3", world.Instance("i3").Spec.Keeper.Value);
        world.Keeper("k3").Obeys = true;
        world.Settle();
        Assert.False(world.Has("i2"));
    }

    [Fact]
    public void A_clone_that_takes_long_has_not_failed()
    {
        var world = World.Running("k1");
        world.Keeper("k2", obeys: false);
        for (var n = 0; n < 20; n++)
        {
            Assert.DoesNotContain(
                world.Tick().Notes,
                note => note is SentinelNote.InstanceFailed or SentinelNote.InstanceBack);
        }

        world.Keeper("k2").Obeys = true;
        Assert.Contains(new SentinelNote.InstanceBack(new("i2"), new("k2")), world.Tick().Notes);
    }

    [Fact]
    public void A_failed_standby_without_a_replacement_is_kept()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k2").Silent = true;
        world.Advance(100);
        Assert.True(world.Has("i2"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_standby_whose_keeper_has_lost_its_data_is_cloned_again(bool synchronous)
    {
        var world = World.Running(synchronous ? World.Synchronous : World.New, "k1", "k2");
        var keeper = world.Keeper("k2");
        (keeper.Obeys, keeper.Healthy, keeper.Instance) = (false, false, null);
        world.Advance(15);
        Assert.True(world.Has("i2"));
        world.Advance(15);
        Assert.False(world.Has("i2"));
        Assert.Equal("k2", world.Instance("i3").Spec.Keeper.Value);

        (keeper.Obeys, keeper.Healthy) = (true, true);
        world.Settle();
        Assert.True(world.Instance("i3").Status.Healthy);
        Assert.Equal(synchronous ? "i3" : null, world.Wanted("i1"));
    }

    [Fact]
    public void With_fewer_allowed_the_least_advanced_go_first_but_never_a_synchronous_one()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3", "k4");
        Assert.Equal("i2", world.Wanted("i1"));
        world.Keeper("k2").Streams = false;
        world.Keeper("k4").Streams = false;
        world.Write(1000);
        world.Tick();
        world.Respec(s => s with { MaxStandbysPerSender = 2 });
        world.Tick();
        Assert.Equal("i1,i2,i3", string.Join(',', world.Data.Instances.Keys));
    }

    [Fact]
    public void There_may_be_more_standbys_than_allowed_and_fewer_good_ones()
    {
        var world = World.Running("k1", "k2", "k3", "k4", "k5");
        world.Keeper("k2").Obeys = false;
        world.Respec(s => s with { MaxStandbys = 9 });
        world.Tick();
        world.Keeper("k3").Healthy = false;
        world.Respec(s => s with { MaxStandbysPerSender = 2 });
        world.Tick();
        Assert.False(world.Data.InstanceOf(new KeeperUid("k5")) is { });
    }

    [Fact]
    public void More_free_keepers_than_fresh_uids_are_no_error()
    {
        var world = World.Running("k1");
        foreach (var uid in new[] { "k2", "k3", "k4" })
        {
            world.Keepers.Add(uid, new FakeKeeper(uid));
            world.Keeper(uid).Turn(world);
        }

        var view = world.View() with { FreshUids = [new InstanceUid("i2")] };
        Assert.Equal(2, SentinelDecision.Decide(view, world.Memory).Data.Instances.Count);
    }

    [Fact]
    public void A_standby_that_left_the_primarys_history_is_cloned_again()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k2").Promote();
        world.Tick();
        Assert.False(world.Has("i2"));
        Assert.Equal("k2", world.Instance("i3").Spec.Keeper.Value);
    }

    /// <summary>The timeline last known of the primary is then older than the standby's, which follows it
    /// already.</summary>
    [Fact]
    public void While_the_new_primary_is_unhealthy_no_standby_is_removed_for_its_timeline()
    {
        var world = World.Running("k1", "k2", "k3");
        PrimaryElectionTests.Fail(world, "k1");
        world.Keeper("k2").Healthy = false;
        world.Keeper("k3").Obeys = false;
        world.Tick();
        (world.Keeper("k3").Timeline, world.Keeper("k3").History) =
            (world.Keeper("k2").Timeline, world.Keeper("k2").History);
        world.Tick();
        Assert.True(world.Has("i3"));
        Assert.Null(world.Target);
        world.Keeper("k2").Healthy = true;
        world.Tick();
        Assert.True(world.Has("i3"));
        Assert.Equal("i2", world.Target);
    }

    [Fact]
    public void While_the_primarys_identifier_is_unknown_no_standby_is_removed_for_its_identifier()
    {
        var world = World.Running("k1", "k2");
        world.Change("i1", i => i with { Status = i.Status with { SystemIdentifier = null } });
        world.Keeper("k1").Healthy = false;
        world.Tick();
        Assert.True(world.Has("i2"));
    }

    [Fact]
    public void A_standby_whose_WAL_is_gone_is_cloned_again_after_ten_intervals_without_progress()
    {
        var world = World.Running("k1", "k2");
        var stood = world.Instance("i2").Status.Position;
        world.Tick();
        world.Keeper("k2").Streams = false;
        world.Write(64 << 20);
        world.Keeper("k1").OldestWalFile = WalFileName.Holding(new Timeline(1), world.Keeper("k1").Position).ToString();
        var since = world.Memory.Positions[new InstanceUid("i2")].Since;
        while (world.Now + TimeSpan.FromSeconds(5) - since <= TimeSpan.FromSeconds(50))
        {
            world.Tick();
            Assert.Equal(stood, world.Instance("i2").Status.Position);
        }

        world.Tick();
        Assert.False(world.Has("i2"));
        Assert.True(world.Has("i3"));
    }

    /// <summary>Found by the simulation, seed 213: only the last two switches are reported, so nobody could see that
    /// the standby had WAL the primary never had.</summary>
    [Theory]
    [InlineData(1, true)]
    [InlineData(2, false)]
    public void A_stalled_standby_on_a_timeline_older_than_the_known_history_is_cloned_again(
        ulong timeline, bool replaced)
    {
        var world = World.Running("k1", "k2");
        var switchPoint = new Lsn(world.Keeper("k2").Position.Value + 1);
        world.Keeper("k2").Streams = false;
        world.Keeper("k2").Timeline = new Timeline(timeline);
        world.Keeper("k1").Timeline = new Timeline(4);
        world.Keeper("k1").History =
        [
            new TimelineSwitch(new Timeline(2), switchPoint, ""),
            new TimelineSwitch(new Timeline(3), switchPoint, ""),
        ];
        world.Write(1 << 10);
        for (var n = 0; n < 20; n++)
        {
            world.Tick();
        }

        Assert.Equal(replaced, !world.Has("i2"));
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void A_standby_that_advances_or_finds_its_WAL_stays(bool moves, bool found)
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k2").Streams = false;
        world.Write(64 << 20);
        var oldest = found ? world.Keeper("k2").Position : world.Keeper("k1").Position;
        world.Keeper("k1").OldestWalFile = WalFileName.Holding(new Timeline(1), oldest).ToString();
        for (var n = 0; n < 20; n++)
        {
            world.Keeper("k2").Position = new Lsn(world.Keeper("k2").Position.Value + (moves ? 1UL : 0));
            world.Tick();
        }

        Assert.True(world.Has("i2"));
    }

    [Fact]
    public void A_good_standby_must_never_be_initialised_again_under_its_uid()
    {
        var world = World.Running("k1", "k2");
        Assert.Equal(InstanceInitMode.None, world.Instance("i2").Spec.InitMode);
        world.Keeper("k3x", obeys: false);
        world.Tick();
        Assert.Equal(InstanceInitMode.Resync, world.Instance("i3").Spec.InitMode);
    }

    [Fact]
    public void A_keeper_never_has_two_instances()
    {
        var world = World.Running("k1", "k2", "k3");
        PrimaryElectionTests.Fail(world, "k1");
        world.Settle();
        Assert.Equal(
            world.Data.Instances.Count,
            world.Data.Instances.Values.Select(i => i.Spec.Keeper).Distinct().Count());
    }

    [Fact]
    public void A_clone_without_a_time_limit_sets_no_deadline()
    {
        var world = World.Running("k1");
        world.Keeper("k2", obeys: false);
        world.Tick();
        world.Tick();
        Assert.True(world.Last!.NextDeadline > world.Now + TimeSpan.FromSeconds(1));
    }
}
