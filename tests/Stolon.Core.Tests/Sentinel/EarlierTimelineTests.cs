using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>The elected one promotes, says so, and dies before the other standby has followed it.</summary>
public sealed class EarlierTimelineTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_standby_that_has_not_yet_followed_the_promotion_replaces_the_elected_one(bool synchronous)
    {
        var world = DoubleFailure(synchronous);
        Assert.Equal("i2", world.Primary);
        world.Advance(60);
        Assert.Equal("i3", world.Primary);
        Assert.Equal("i3", world.Target);
    }

    [Fact]
    public void A_standby_that_was_not_confirmed_does_not_replace_it()
    {
        var world = DoubleFailure(synchronous: true, confirmed: 1);
        world.Advance(60);
        Assert.Equal("i2", world.Primary);
    }

    [Fact]
    public void A_standby_beyond_the_point_of_promotion_does_not_replace_it()
    {
        var world = DoubleFailure(synchronous: false);
        world.Keeper("k3").Position = new(world.Keeper("k3").Position.Value + 1);
        world.Advance(60);
        Assert.Equal("i2", world.Primary);
    }

    [Fact]
    public void A_standby_too_far_behind_the_elected_ones_later_writes_does_not_replace_it()
    {
        var world = DoubleFailure(synchronous: false, written: 2_000_000);
        world.Advance(60);
        Assert.Equal("i2", world.Primary);
        Assert.Contains(world.Notes<SentinelNote.CandidateRejected>(), r => r.Why.Contains("2000000 bytes behind"));
    }

    [Fact]
    public void At_exactly_that_point_its_keeper_must_be_able_to_choose_another_timeline_number()
    {
        var world = DoubleFailure(synchronous: false);
        world.Keeper("k3").TellsStreams = false;
        world.Advance(60);
        Assert.Equal("i2", world.Primary);
    }

    private static World DoubleFailure(bool synchronous, ushort confirmed = 2, ulong written = 0)
    {
        var spec = World.New with { SynchronousReplication = synchronous, MaxSynchronousStandbys = confirmed };
        var world = World.Running(spec, "k1", "k2", "k3");
        world.Keeper("k1").Healthy = false;
        world.Keeper("k3").Streams = false;
        for (var n = 0; n < 8 && world.Primary == "i1"; n++)
        {
            world.Tick();
        }

        world.Keeper("k2").Obeys = false;
        world.Keeper("k2").Promote();
        world.Keeper("k2").Position = new(world.Keeper("k2").Position.Value + written);
        world.Tick();
        world.Keeper("k2").Silent = true;
        return world;
    }
}
