using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>A server that ends by itself again and again, and answers well in between.</summary>
public sealed class CrashLoopTests
{
    [Fact]
    public void A_primary_that_crashes_again_after_each_good_report_is_replaced()
    {
        var world = World.Running("k1", "k2");
        for (var n = 0; n < 5 && world.Primary == "i1"; n++)
        {
            Crash(world, "k1");
            world.Tick(2);
        }

        Assert.Equal("i2", world.Primary);
    }

    [Fact]
    public void Why_a_crashing_primary_is_replaced_is_told()
    {
        var world = World.Running("k1");
        for (var n = 0; n < 5; n++)
        {
            Crash(world, "k1");
            world.Tick(2);
        }

        Assert.False(world.Instance("i1").Status.Healthy);
        Assert.Contains("has ended by itself 3 times", world.Instance("i1").Status.Trouble?.Reason);
    }

    [Fact]
    public void One_crash_and_one_more_minutes_later_are_no_loop()
    {
        var world = World.Running("k1", "k2");
        for (var n = 0; n < 6; n++)
        {
            Crash(world, "k1");
            world.Advance(60);
        }

        Assert.Equal(("i1", true), (world.Primary, world.Instance("i1").Status.Healthy));
    }

    [Fact]
    public void One_that_has_been_well_since_for_some_time_is_healthy_again()
    {
        var world = World.Running("k1");
        for (var n = 0; n < 5; n++)
        {
            Crash(world, "k1");
            world.Tick(2);
        }

        world.Advance(15);
        Assert.True(world.Instance("i1").Status.Healthy);
        Assert.Null(world.Instance("i1").Status.Trouble);
    }

    [Fact]
    public void Ends_that_a_sentinel_has_not_seen_itself_prove_nothing()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k1").UnplannedEnds = 50;
        world.Memory = new Stolon.Core.Sentinel.SentinelMemory();
        world.Tick();
        world.Tick();
        Assert.True(world.Instance("i1").Status.Healthy);
    }

    [Fact]
    public void A_restarted_keeper_counts_anew()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k1").UnplannedEnds = 2;
        world.Keeper("k1").BootUuid = "another";
        world.Tick();
        world.Keeper("k1").UnplannedEnds = 0;
        world.Keeper("k1").BootUuid = "yet another";
        world.Tick();
        Assert.True(world.Instance("i1").Status.Healthy);
    }

    /// <summary>It is down for one report, and back.</summary>
    private static void Crash(World world, string keeper)
    {
        (world.Keeper(keeper).Healthy, world.Keeper(keeper).UnplannedEnds) =
            (false, world.Keeper(keeper).UnplannedEnds + 1);
        world.Tick(3);
        world.Keeper(keeper).Healthy = true;
    }
}
