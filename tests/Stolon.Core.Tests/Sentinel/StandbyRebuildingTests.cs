using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>A standby that can never start.</summary>
public sealed class StandbyRebuildingTests
{
    private static readonly StartTrouble Hopeless = new(3, "it ended by itself", Hopeless: true);

    [Fact]
    public void A_standby_that_cannot_be_started_is_cloned_again()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k2").Obeys = false;
        Fail(world, "k2", Hopeless);

        Assert.False(world.Has("i2"));
        Assert.Equal(("k2", InstanceInitMode.Resync),
            (world.Instance("i3").Spec.Keeper.Value, world.Instance("i3").Spec.InitMode!.Value));
    }

    [Fact]
    public void A_standby_that_may_still_start_is_kept()
    {
        var world = World.Running("k1", "k2");
        Fail(world, "k2", Hopeless with { Hopeless = false });
        world.Advance(300);
        Assert.True(world.Has("i2"));
    }

    /// <summary>A cause that all have in common is not mended by copies.</summary>
    [Fact]
    public void When_no_standby_can_be_started_one_is_cloned_and_the_others_wait_for_the_result()
    {
        var world = World.Running("k1", "k2", "k3");
        world.Keeper("k2").Obeys = false;
        Fail(world, "k2", Hopeless);
        Fail(world, "k3", Hopeless);
        world.Advance(120);

        Assert.True(world.Has("i2") ^ world.Has("i3"));
        var note = Assert.Single(world.Notes<SentinelNote.StandbyNotRebuilt>());
        Assert.EndsWith(
            $"it is not rebuilt: {note.Why}",
            world.Data.Instances[note.Instance].Status.Trouble?.Reason,
            StringComparison.Ordinal);
    }

    /// <summary>The one to be copied first has no room, and is the last copy: it waits for a person.</summary>
    [Fact]
    public void A_clone_that_its_keeper_refuses_does_not_delay_others()
    {
        var world = World.Running("k1", "k2", "k3");
        (world.Keeper("k2").Obeys, world.Keeper("k3").Obeys) = (false, false);
        Fail(world, "k2", Hopeless);
        Fail(world, "k3", Hopeless);
        world.Advance(120);
        var copied = world.Has("i2") ? "k3" : "k2";
        world.Keeper(copied).Refuses = true;
        world.Advance(20);
        Assert.False(world.Has("i2"));
        Assert.False(world.Has("i3"));
    }

    [Fact]
    public void No_standby_is_removed_while_the_primary_is_unhealthy()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k1").Healthy = false;
        Fail(world, "k2", Hopeless);
        world.Advance(60);
        Assert.True(world.Has("i2"));
    }

    [Fact]
    public void The_files_of_a_stopped_standby_show_that_it_left_the_primarys_history()
    {
        var world = World.Running("k1", "k2", "k3");
        world.Write(0x1000);
        world.Advance(10);
        world.Keeper("k3").Streams = false;
        var third = world.Keeper("k3").Position;
        (world.Keeper("k1").Silent, world.Keeper("k3").Healthy) = (true, false);
        world.Advance(60);
        Assert.Equal("i2", world.Primary);

        // It had got more of the old primary than the new one has.
        (world.Keeper("k3").TellsFiles, world.Keeper("k3").Position) = (true, new Lsn(third.Value + 0x2000));
        world.Keeper("k3").Obeys = false;
        world.Advance(20);

        Assert.False(world.Has("i3"));
    }

    [Fact]
    public void A_stopped_primary_keeps_its_last_known_position()
    {
        var world = World.Running("k1");
        var known = world.Instance("i1").Status.Position;
        (world.Keeper("k1").Healthy, world.Keeper("k1").TellsFiles) = (false, true);
        world.Keeper("k1").Position = new Lsn(known.Value - 0x1000);
        world.Advance(10);
        Assert.Equal(known, world.Instance("i1").Status.Position);
    }

    private static void Fail(World world, string keeper, StartTrouble trouble)
    {
        (world.Keeper(keeper).Healthy, world.Keeper(keeper).StartTrouble) = (false, trouble);
        world.Advance(40);
    }
}
