using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>A keeper cannot tell how its server is: that is neither the server's health nor its death.</summary>
public sealed class UnobservedInstanceTests
{
    private const string Refused = "the server refuses user postgres: 28P01";

    [Fact]
    public void A_primary_that_serves_is_not_replaced_because_its_keeper_cannot_log_in()
    {
        var world = World.Running("k1", "k2");
        Hinder(world.Keeper("k1"), serves: true);

        world.Advance(600);

        Assert.Equal(("i1", "i1"), (world.Primary, world.Target));
        Assert.True(world.Instance("i1").Status.Healthy);
        Assert.Contains(Refused, world.Instance("i1").Status.Trouble?.Reason);
        Assert.Contains("serves", world.Instance("i1").Status.Trouble?.Reason);
        var note = Assert.Single(world.Notes<SentinelNote.InstanceUnobserved>());
        Assert.Equal(NoteSeverity.Warning, note.Severity);
        Assert.Contains(Refused, note.Text);
    }

    [Fact]
    public void Without_evidence_that_it_serves_it_fails_like_any_that_does_not_answer()
    {
        var world = World.Running("k1", "k2");
        Hinder(world.Keeper("k1"), serves: false);
        world.Advance(60);
        Assert.NotEqual("i1", world.Primary);
    }

    [Fact]
    public void When_the_evidence_ends_the_failure_time_starts()
    {
        var world = World.Running("k1", "k2");
        Hinder(world.Keeper("k1"), serves: true);
        world.Advance(120);
        world.Keeper("k1").Serves = false;

        world.Advance(15);
        Assert.Equal("i1", world.Primary);
        world.Advance(20);
        Assert.NotEqual("i1", world.Primary);
    }

    [Fact]
    public void A_standby_that_streams_from_it_is_evidence_enough()
    {
        var world = World.Running("k1", "k2", "k3");
        Hinder(world.Keeper("k1"), serves: false);
        world.Keeper("k3").StreamsFrom = "k1.example:5432";

        world.Advance(120);
        Assert.Equal("i1", world.Primary);

        world.Keeper("k3").StreamsFrom = "elsewhere.example:5432";
        world.Advance(40);
        Assert.NotEqual("i1", world.Primary);
    }

    [Fact]
    public void Its_last_known_state_is_kept_and_no_decision_is_based_on_it()
    {
        var world = World.Running(World.Synchronous, "k1", "k2");
        var before = world.Instance("i1").Status;
        Hinder(world.Keeper("k1"), serves: true);

        world.Keeper("k3", obeys: true);
        world.Advance(60);

        var after = world.Instance("i1").Status;
        Assert.Equal(
            (before.Position, before.Timeline, before.SystemIdentifier),
            (after.Position, after.Timeline, after.SystemIdentifier));
        Assert.Equal(before.SynchronousStandbys, after.SynchronousStandbys);
        Assert.False(world.Has("i3"), "a standby is placed only under a primary that is known of now");

        (world.Keeper("k1").Healthy, world.Keeper("k1").Obstacle) = (true, null);
        world.Settle();
        Assert.True(world.Has("i3"));
        Assert.Null(world.Instance("i1").Status.Trouble);
    }

    [Fact]
    public void A_primary_is_not_replaced_for_a_generation_that_its_keeper_cannot_carry_out()
    {
        var world = World.Running("k1", "k2");
        (world.Keeper("k1").Obeys, world.Keeper("k2").Obeys) = (false, false);
        Hinder(world.Keeper("k1"), serves: true);
        world.Change("i1", i => i with { Generation = i.Generation.Next });

        world.Advance(120);
        Assert.Equal("i1", world.Primary);

        // One that nobody was sent to has nothing to lose.
        world.Data = world.Data with { Proxy = world.Data.Proxy with { Target = null } };
        world.Advance(40);
        Assert.NotEqual("i1", world.Primary);
    }

    [Fact]
    public void A_standby_that_its_keeper_cannot_observe_is_not_elected()
    {
        var world = World.Running("k1", "k2", "k3");
        Hinder(world.Keeper("k2"), serves: true);
        world.Keeper("k3").Healthy = false;
        world.Keeper("k1").Silent = true;

        world.Advance(60);

        Assert.Equal("i1", world.Primary);
        Assert.Contains(world.Notes<SentinelNote.CandidateRejected>(), n => n.Why.Contains("cannot observe"));
    }

    [Fact]
    public void An_instance_that_was_never_healthy_does_not_become_healthy_by_it()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k2").Healthy = false;
        world.Advance(60);
        Assert.False(world.Instance("i2").Status.Healthy);

        Hinder(world.Keeper("k2"), serves: true);
        world.Advance(30);

        Assert.False(world.Instance("i2").Status.Healthy);
    }

    [Fact]
    public void The_convergence_timeout_starts_when_its_keeper_can_log_in_again()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k1").Obeys = false;
        Hinder(world.Keeper("k1"), serves: true);
        world.Change("i1", i => i with { Generation = i.Generation.Next });
        world.Advance(120);

        // It may log in again, and reports before it has carried anything out.
        (world.Keeper("k1").Healthy, world.Keeper("k1").Obstacle) = (true, null);
        world.Advance(25);
        Assert.Equal("i1", world.Primary);

        world.Advance(20);
        Assert.NotEqual("i1", world.Primary);
    }

    [Fact]
    public void One_report_without_evidence_does_not_fail_its_generation()
    {
        var world = World.Running("k1", "k2");
        world.Keeper("k1").Obeys = false;
        Hinder(world.Keeper("k1"), serves: true);
        world.Change("i1", i => i with { Generation = i.Generation.Next });
        world.Advance(120);

        world.Keeper("k1").Serves = false;
        world.Tick();
        world.Keeper("k1").Serves = true;
        world.Advance(60);

        Assert.Equal("i1", world.Primary);
    }

    private static void Hinder(FakeKeeper keeper, bool serves) =>
        (keeper.Healthy, keeper.Obstacle, keeper.Serves) = (false, Refused, serves);
}
