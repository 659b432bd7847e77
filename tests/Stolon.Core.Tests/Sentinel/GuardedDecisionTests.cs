using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Sentinel;

/// <summary>A decision that makes the cluster data worse is refused; faults that were read do not stop it.</summary>
public sealed class GuardedDecisionTests
{
    [Fact]
    public void A_decision_that_breaks_an_invariant_leaves_the_cluster_data_as_they_were_read()
    {
        var world = World.Running("k1", "k2");
        var without = world.Data.Cluster with { Primary = null };
        var wrong = world.Decide() with { Data = world.Data with { Cluster = without } };

        var guarded = wrong.Guarded(world.Data);

        Assert.True(guarded.IsRefused);
        Assert.Equal(world.Data, guarded.Data);
        Assert.Contains(
            "primary i1 is taken from the cluster",
            string.Join('\n', guarded.Notes.OfType<SentinelNote.DecisionRefused>()));
        Assert.All(guarded.Notes, n => Assert.True(n is SentinelNote.DecisionRefused or SentinelNote.ClusterDataFault));
    }

    [Fact]
    public void A_good_decision_is_left_as_it_is()
    {
        var world = World.Running("k1", "k2");
        var decision = world.Decide();

        Assert.Same(decision.Data, decision.Guarded(world.Data).Data);
        Assert.False(decision.Guarded(world.Data).IsRefused);
    }

    [Fact]
    public void An_imported_document_with_odd_members_does_not_prevent_a_failover()
    {
        var world = World.Running("k1", "k2", "k3");
        world.AddProxy("p1");
        world.Settle();

        // A second instance on a keeper, a follower that is gone, a synchronous standby that is gone.
        world.Data = world.Data with
        {
            Instances = world.Data.Instances.With(
                new InstanceUid("odd"), world.Instance("i3") with { Uid = new InstanceUid("odd") }),
        };
        world.Change("i2", i => i with { Spec = i.Spec with { Followers = [new InstanceUid("gone")] } });
        world.Change("i1", i => i with
        {
            Spec = i.Spec with { SynchronousStandbys = [new InstanceUid("gone")] },
        });
        world.Keeper("k1").Silent = true;

        world.Advance(40);

        Assert.NotEqual("i1", world.Primary);
        world.Keeper("k1").Silent = false;
        world.Settle();
        Assert.Equal(world.Primary, world.Target);
    }
}
