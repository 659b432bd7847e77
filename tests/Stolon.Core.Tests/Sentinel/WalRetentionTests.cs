using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

public sealed class WalRetentionTests
{
    private const long GiB = 1L << 30;

    private static readonly DiskSpace Full = new(100 * GiB, 2 * GiB);
    private static readonly DiskSpace Roomy = new(100 * GiB, 60 * GiB);

    [Fact]
    public void A_standby_whose_slot_is_lost_is_cloned_again()
    {
        var world = World.Running("k1", "k2", "k3");
        world.Keeper("k2").Streams = false;
        world.Keeper("k1").Slots = [Slot("i2", 0, status: "lost"), Slot("i3", 0, active: true)];
        world.Tick();
        Assert.False(world.Has("i2"));
        Assert.Contains(world.Notes<SentinelNote.InstanceRemoved>(), n => n.Why.Contains("slot is lost"));
        world.Keeper("k1").Slots = null;
        world.Settle();
        Assert.Equal(3, world.Data.Instances.Count);
    }

    [Fact]
    public void A_synchronous_standby_whose_slot_is_lost_is_first_replaced_and_then_cloned_again()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        world.Keeper("k2").Streams = false;
        world.Keeper("k1").Slots = [Slot("i2", 0, status: "lost")];
        world.Advance(20);
        Assert.Equal(("i2", true), (world.Confirmed("i1"), world.Has("i2")));
        world.Advance(30);
        Assert.Equal(("i3", false), (world.Confirmed("i1"), world.Has("i2")));
    }

    [Fact]
    public void The_only_synchronous_standby_is_cloned_again_when_its_slot_is_lost()
    {
        var world = World.Running(World.Synchronous, "k1", "k2");
        world.Keeper("k2").Streams = false;
        world.Keeper("k1").Slots = [Slot("i2", 0, status: "lost")];
        world.Tick();
        Assert.False(world.Has("i2"));
    }

    [Fact]
    public void When_the_primarys_disk_is_nearly_full_the_dead_standby_with_the_most_retained_WAL_is_removed()
    {
        var world = World.Running("k1", "k2", "k3", "k4");
        world.Keeper("k2").Silent = world.Keeper("k3").Silent = true;
        world.Keeper("k1").Slots = [Slot("i2", 5 * GiB), Slot("i3", 9 * GiB), Slot("i4", 20 * GiB, active: true)];
        world.Keeper("k1").WalDisk = Roomy;
        world.Advance(60);
        Assert.True(world.Has("i2") && world.Has("i3"));
        world.Keeper("k1").WalDisk = Full;
        world.Tick();
        Assert.Equal((true, false, true), (world.Has("i2"), world.Has("i3"), world.Has("i4")));
        Assert.Contains(
            "2.0 GiB of 100.0 GiB are left", Assert.Single(world.Notes<SentinelNote.InstanceRemoved>()).Why);
        Assert.DoesNotContain(new InstanceUid("i3"), world.Instance("i1").Spec.Followers);
    }

    [Fact]
    public void A_healthy_standby_that_does_not_stream_is_removed_too()
    {
        var world = World.Running("k1", "k2", "k3");
        world.Keeper("k2").Streams = false;
        world.Keeper("k1").Slots = [Slot("i2", 5 * GiB)];
        world.Keeper("k1").WalDisk = Full;
        world.Advance(20);
        Assert.True(world.Has("i2"));
        world.Advance(15);
        Assert.False(world.Has("i2"));
    }

    [Fact]
    public void A_standby_that_streams_or_is_required_for_commits_is_never_removed()
    {
        var world = World.Running(World.Synchronous, "k1", "k2", "k3");
        world.Keeper("k2").Silent = world.Keeper("k3").Streams = false;
        (world.Keeper("k2").Silent, world.Keeper("k3").Obeys) = (true, false);
        world.Keeper("k1").Connected = [new StandbyStream(new InstanceUid("i3"), "catchup", default)];
        world.Keeper("k1").Slots = [Slot("i2", 50 * GiB), Slot("i3", 40 * GiB)];
        world.Keeper("k1").WalDisk = Full;
        world.Advance(120);
        Assert.True(world.Has("i2") && world.Has("i3"));
    }

    [Fact]
    public void A_connected_but_stalled_standby_is_removed_too_and_one_that_lags_and_advances_stays()
    {
        var world = World.Running("k1", "k2", "k3");
        var (stuck, slow) = (world.Keeper("k2").Position, world.Keeper("k2").Position);
        world.Keeper("k1").Slots = [Slot("i2", 5 * GiB, active: true), Slot("i3", 9 * GiB, active: true)];
        world.Keeper("k1").WalDisk = Full;
        for (var n = 0; n < 24; n++)
        {
            Assert.True(n > 11 || world.Has("i2"), "it may yet move");
            world.Write(1 << 20);
            slow = new Lsn(slow.Value + 100);
            world.Keeper("k1").Connected =
            [
                new StandbyStream(new InstanceUid("i2"), StandbyStream.StreamingState, stuck),
                new StandbyStream(new InstanceUid("i3"), "catchup", slow),
            ];
            world.Tick();
        }

        Assert.Equal((false, true), (world.Has("i2"), world.Has("i3")));
    }

    /// <summary>What it had confirmed was everything there was.</summary>
    [Fact]
    public void A_standby_with_nothing_to_confirm_is_not_stalled()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k1").Connected =
            [new StandbyStream(new InstanceUid("i2"), StandbyStream.StreamingState, world.Keeper("k1").Position)];
        world.Advance(600);
        world.Keeper("k1").Slots = [Slot("i2", 5 * GiB, active: true)];
        world.Keeper("k1").WalDisk = Full;
        world.Write(1 << 20);
        world.Advance(20);
        Assert.True(world.Has("i2"));
    }

    [Fact]
    public void A_little_retained_WAL_removes_no_standby()
    {
        var world = World.Running("k1", "k2", "k3");
        world.Keeper("k2").Silent = true;
        world.Keeper("k1").Slots = [Slot("i2", GiB / 16)];
        world.Keeper("k1").WalDisk = Full;
        world.Advance(60);
        Assert.True(world.Has("i2"));
    }

    private static SlotUse Slot(string instance, long retained, bool active = false, string? status = "extended") =>
        new($"stolon_{instance}", active, retained, status);
}
