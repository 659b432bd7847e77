using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>The store is away for a minute, and nobody hears anybody.</summary>
public sealed class ObservationGapTests
{
    private readonly World _world = World.Running("k1", "k2");

    [Fact]
    public void The_first_keeper_to_report_after_a_store_outage_does_not_replace_the_primary()
    {
        BeAway();
        _world.Keeper("k1").Silent = true;
        _world.Tick(0);
        Assert.Equal("i1", _world.Primary);
        Assert.True(_world.Instance("i1").Status.Healthy);
        _world.ObservationGap = TimeSpan.Zero;
        _world.Keeper("k1").Silent = false;
        _world.Advance(30);
        Assert.Equal("i1", _world.Primary);
    }

    [Fact]
    public void A_primary_that_died_during_a_store_outage_is_replaced_after_failInterval()
    {
        BeAway();
        _world.Keeper("k1").Silent = true;
        _world.Tick(0);
        _world.ObservationGap = TimeSpan.Zero;
        _world.Advance(15);
        Assert.Equal("i1", _world.Primary);
        _world.Advance(10);
        Assert.Equal("i2", _world.Primary);
    }

    [Fact]
    public void A_primary_that_could_not_read_its_new_generation_has_not_failed_to_carry_it_out()
    {
        _world.Keeper("k1").Obeys = false;
        _world.Respec(s => s with { AdditionalWalSenders = 9 });
        _world.Tick(0);
        _world.Tick(0);
        Assert.False(_world.Instance("i1").Converged);
        BeAway();
        _world.Tick(0);
        Assert.Equal("i1", _world.Primary);
    }

    private void BeAway()
    {
        _world.Now += TimeSpan.FromSeconds(60);
        _world.ObservationGap = TimeSpan.FromSeconds(55);
    }
}
