using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

public sealed class StreamObservationTests
{
    private static readonly InstanceUid Two = new("i2");

    [Fact]
    public void A_healthy_synchronous_standby_that_does_not_stream_is_replaced_by_one_that_does()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        world.Keeper("k2").Streams = false;
        world.Advance(25);
        Assert.Equal(("i2", "i2"), (world.Wanted("i1"), world.Confirmed("i1")));
        world.Keeper("k3").Obeys = true;
        world.Tick();
        Assert.Equal(("i2,i3", "i2"), (world.Wanted("i1"), world.Confirmed("i1")));
        world.Tick();
        Assert.Equal(("i3", "i3"), (world.Wanted("i1"), world.Confirmed("i1")));
        world.Advance(60);
        Assert.Equal(("i3", "i3"), (world.Wanted("i1"), world.Confirmed("i1")));
    }

    [Fact]
    public void It_is_not_dropped_before_the_new_one_is_confirmed()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        world.Keeper("k2").Streams = false;
        world.Keeper("k1").InSync = [];
        world.Advance(90);
        Assert.Equal(("i2,i3", "i2"), (world.Wanted("i1"), world.Confirmed("i1")));
        PrimaryElectionTests.Fail(world, "k1");
        Assert.Equal("i2", world.Primary);
    }

    [Fact]
    public void While_no_other_standby_streams_it_stays_and_commits_wait()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        world.Keeper("k2").Streams = world.Keeper("k3").Streams = false;
        world.Advance(60);
        Assert.Equal(("i2", "i2", false), (world.Wanted("i1"), world.Confirmed("i1"), world.Blocked("i1")));
        world.Keeper("k3").Streams = true;
        world.Advance(15);
        Assert.Equal(("i3", "i3"), (world.Wanted("i1"), world.Confirmed("i1")));
    }

    [Fact]
    public void With_a_minimum_of_zero_it_leaves_the_list()
    {
        var world = World.Running(World.Synchronous with { MinSynchronousStandbys = 0 }, "k1", "k2");
        world.Keeper("k2").Streams = false;
        world.Advance(60);
        Assert.Equal(("", "", false), (world.Wanted("i1"), world.Confirmed("i1"), world.Blocked("i1")));
        world.Keeper("k2").Streams = true;
        world.Advance(15);
        Assert.Equal("i2", world.Confirmed("i1"));
    }

    [Fact]
    public void A_standby_that_streams_again_in_time_stays()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        for (var n = 0; n < 5; n++)
        {
            world.Keeper("k2").Streams = false;
            world.Advance(20);
            world.Keeper("k2").Streams = true;
            world.Advance(10);
        }

        Assert.Equal(("i2", "i2"), (world.Wanted("i1"), world.Confirmed("i1")));
    }

    [Fact]
    public void A_standby_that_reconnects_repeatedly_but_confirms_nothing_is_replaced()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        var stuck = world.Keeper("k2").Position;
        world.Keeper("k2").Streams = false;
        for (var n = 0; n < 12; n++)
        {
            world.Write(1000);
            var other = new StandbyStream(
                new InstanceUid("i3"), StandbyStream.StreamingState, world.Keeper("k3").Position);
            world.Keeper("k1").Connected = n % 2 == 0
                ? [new StandbyStream(Two, StandbyStream.StreamingState, stuck), other]
                : [new StandbyStream(Two, "catchup", stuck), other];
            world.Tick();
        }

        Assert.Equal(("i3", "i3"), (world.Wanted("i1"), world.Confirmed("i1")));
    }

    [Fact]
    public void A_standby_that_is_always_a_little_behind_stays()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        for (var n = 0; n < 20; n++)
        {
            var before = world.Keeper("k2").Position;
            world.Write(1000);
            world.Keeper("k1").Connected =
            [
                new StandbyStream(Two, StandbyStream.StreamingState, before),
                new StandbyStream(new InstanceUid("i3"), StandbyStream.StreamingState, world.Keeper("k3").Position),
            ];
            world.Tick();
        }

        Assert.Equal(("i2", "i2"), (world.Wanted("i1"), world.Confirmed("i1")));
    }

    [Fact]
    public void A_standby_whose_server_is_being_started_has_no_gap()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        (world.Keeper("k2").Streams, world.Keeper("k2").Healthy) = (false, false);
        world.Advance(15);
        world.Keeper("k2").Healthy = true;
        world.Advance(20);
        Assert.Equal(("i2", "i2"), (world.Wanted("i1"), world.Confirmed("i1")));
    }

    [Fact]
    public void Time_in_which_the_sentinel_could_not_observe_does_not_count()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        world.Keeper("k2").Streams = false;
        world.Advance(10);
        world.ObservationGap = TimeSpan.FromSeconds(60);
        world.Tick(60);
        world.ObservationGap = TimeSpan.Zero;
        world.Advance(5);
        Assert.Equal(("i2", "i2"), (world.Wanted("i1"), world.Confirmed("i1")));
    }

    [Fact]
    public void Without_streams_in_the_primarys_report_there_are_no_gaps()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        world.Keeper("k1").TellsStreams = false;
        world.Keeper("k2").Streams = false;
        world.Advance(90);
        Assert.Equal(("i2", "i2"), (world.Wanted("i1"), world.Confirmed("i1")));
        Assert.Empty(world.Notes<SentinelNote.StandbyWithoutWal>());
    }

    [Fact]
    public void A_healthy_standby_that_does_not_stream_has_a_trouble()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k2").Streams = false;
        world.Advance(30);
        Assert.True(world.Instance("i2").Status.Healthy);
        var trouble = world.Instance("i2").Status.Trouble;
        Assert.StartsWith("it is not connected to primary i1", trouble!.Reason, StringComparison.Ordinal);
        Assert.Single(world.Notes<SentinelNote.StandbyWithoutWal>());
        world.Advance(30);
        Assert.Equal(trouble, world.Instance("i2").Status.Trouble);
        world.Keeper("k2").Streams = true;
        world.Tick();
        Assert.Null(world.Instance("i2").Status.Trouble);
    }

    [Fact]
    public void A_standby_that_does_not_stream_is_not_added_to_the_synchronous_ones_while_there_are_enough()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        world.Keeper("k3").Streams = false;
        world.Tick();
        world.Respec(s => s with { MaxSynchronousStandbys = 2 });
        world.Advance(60);
        Assert.Equal(("i2", "i2"), (world.Wanted("i1"), world.Confirmed("i1")));
        world.Keeper("k3").Streams = true;
        world.Advance(15);
        Assert.Equal(("i2,i3", "i2,i3"), (world.Wanted("i1"), world.Confirmed("i1")));
    }
}
