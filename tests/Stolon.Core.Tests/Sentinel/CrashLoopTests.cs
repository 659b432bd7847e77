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
    public void The_reason_for_replacing_a_crashing_primary_is_reported()
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
    public void Two_crashes_minutes_apart_are_not_a_crash_loop()
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
    public void An_instance_that_has_been_healthy_for_some_time_after_a_crash_loop_is_healthy_again()
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
    public void Ends_before_the_sentinels_first_report_do_not_count()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k1").UnplannedEnds = 50;
        world.Memory = new Stolon.Core.Sentinel.SentinelMemory();
        world.Tick();
        world.Tick();
        Assert.True(world.Instance("i1").Status.Healthy);
    }

    [Fact]
    public void A_restarted_keeper_counts_from_zero()
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
