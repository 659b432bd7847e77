using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Model;

/// <summary>Each invariant finds the fault that is planted for it in a cluster at rest.</summary>
public sealed class InvariantsTests
{
    private static readonly InstanceUid I1 = new("i1");
    private static readonly InstanceUid I2 = new("i2");
    private static readonly InstanceUid Missing = new("i9");

    private static readonly Dictionary<string, Func<ClusterData, ClusterData>> PlantedFaults = new()
    {
        {
            "the cluster's primary i9 does not exist",
            d => (d with { Cluster = d.Cluster with { Primary = Missing } }).Closed()
        },
        {
            "the cluster's primary i2 has neither the role of a primary nor an external source",
            d => (d with { Cluster = d.Cluster with { Primary = I2 } }).Closed()
        },
        {
            "the proxies forward to i2, which is not the cluster's primary",
            d => d with { Proxy = d.Proxy with { Target = I2 } }
        },
        {
            "the proxies have an address but no target",
            d => d with { Proxy = d.Proxy with { Target = null, Address = new ServerAddress("h", "1") } }
        },
        {
            "the proxies have a target but no generation",
            d => d with { Proxy = d.Proxy with { Generation = Generation.None } }
        },
        {
            "standby i2 follows i9, which does not exist",
            d => d.WithSpec(I2, s => s with { Follow = new FollowSource.Internal(Missing) })
        },
        {
            "standby i2 follows itself, directly or through other standbys",
            d => d.WithSpec(I2, s => s with { Follow = new FollowSource.Internal(I2) })
        },
        {
            "standby i3 follows itself, directly or through other standbys",
            d => d
                .WithSpec(I2, s => s with { Follow = new FollowSource.Internal(new InstanceUid("i3")) })
                .WithSpec(new InstanceUid("i3"), s => s with { Follow = new FollowSource.Internal(I2) })
        },
        { "standby i2 follows nothing", d => d.WithSpec(I2, s => s with { Follow = null }) },
        {
            "keeper k9 of instance i2 does not exist",
            d => d.WithSpec(I2, s => s with { Keeper = new KeeperUid("k9") })
        },
        {
            "keeper k1 has more than one instance",
            d => d.WithSpec(I2, s => s with { Keeper = new KeeperUid("k1") })
        },
        { "instance i2 has no generation", d => d.With(I2, i => i with { Generation = Generation.None }) },
        { "instance i2 has the uid i9", d => d.With(I2, i => i with { Uid = Missing }) },
        {
            "keeper k1 has the uid k9",
            d => d with
            {
                Keepers = d.Keepers.With(
                    new KeeperUid("k1"), d.Keepers[new KeeperUid("k1")] with { Uid = new KeeperUid("k9") }),
            }
        },
        {
            "instance i1 is its own synchronous standby",
            d => d.WithSpec(I1, s => s with { SynchronousStandbys = [I1] })
        },
        {
            "instance i1 keeps WAL for i9, which does not exist",
            d => d.WithSpec(I1, s => s with { Followers = [Missing] })
        },
        {
            "synchronous replication is on, but commits on primary i1 wait for no standby",
            d => d.WithSpec(I1, s => s with { SynchronousReplication = true, SynchronousStandbys = [] })
        },
    };

    private static readonly Dictionary<string, Func<ClusterData, ClusterData>> ForbiddenSteps = new()
    {
        {
            "cluster cluster1 becomes cluster other",
            d => d with { Cluster = d.Cluster with { Uid = new ClusterUid("other") } }
        },
        {
            "the cluster leaves the normal phase",
            d => d with { Cluster = d.Cluster with { Phase = ClusterPhase.Initializing } }
        },
        {
            "primary i1 is taken from the cluster and no other one is elected",
            d => (d with { Cluster = d.Cluster with { Primary = null } }).Closed()
        },
        { "the primary changes while the proxies forward to i1", d => d.Elected(I2) },
        {
            "the primary changes while the proxies forward to i2",
            d => d.Elected(I2) with { Proxy = d.Proxy with { Target = I2, Generation = d.Proxy.Generation.Next } }
        },
        {
            "the proxies change from i1 to i2 without closing in between",
            d => d with { Proxy = d.Proxy with { Target = I2, Generation = d.Proxy.Generation.Next } }
        },
        {
            "the proxies' generation falls",
            d => d with { Proxy = d.Proxy with { Generation = new Generation(d.Proxy.Generation.Value - 1) } }
        },
        {
            "the proxies' target or the enabled proxies change, and their generation does not",
            d => d with { Proxy = d.Proxy with { Target = null, Address = null } }
        },
        {
            "the generation of instance i2 falls",
            d => d.With(I2, i => i with { Generation = new Generation(i.Generation.Value - 1) })
        },
        {
            "the generation of instance i2 rises, and its specification does not change",
            d => d.With(I2, i => i with { Generation = i.Generation.Next })
        },
        {
            "the specification of instance i2 changes, and its generation does not rise",
            d => d.WithSpec(I2, s => s with { MaxStandbys = 7 })
        },
        {
            "instance i2 moves from keeper k2 to k4",
            d => d.WithSpec(I2, s => s with { Keeper = new KeeperUid("k4") })
        },
        {
            "new instance i4 does not begin with generation 1",
            d => d with
            {
                Instances = d.Instances.With(
                    new InstanceUid("i4"),
                    d.Instances[I2] with { Uid = new InstanceUid("i4"), Generation = new Generation(2) }),
            }
        },
        {
            "commits on i1 are to wait for i9, which does not exist",
            d => d.WithSpec(I1, s => s with { SynchronousStandbys = [Missing] })
        },
    };

    private static readonly ClusterData Good = Rest();

    public static TheoryData<string> Faults => [.. PlantedFaults.Keys];

    public static TheoryData<string> Steps => [.. ForbiddenSteps.Keys];

    [Fact]
    public void A_cluster_at_rest_satisfies_all()
    {
        Assert.Empty(Invariants.Check(Good));
        Assert.Empty(Invariants.Check(Good, Good));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_planted_fault_is_found(string fault)
    {
        Assert.Contains(fault, Invariants.Check(PlantedFaults[fault](Good)));
        Assert.Contains(fault, Invariants.Check(Good, PlantedFaults[fault](Good)));
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void A_fault_that_was_read_is_not_counted_against_the_decision(string fault) =>
        Assert.DoesNotContain(fault, Invariants.Check(PlantedFaults[fault](Good), PlantedFaults[fault](Good)));

    /// <summary>An operator can import any document: the builder's own check fails if a decision makes it
    /// worse.</summary>
    [Theory]
    [MemberData(nameof(Faults))]
    public void With_a_fault_that_was_read_the_decisions_of_a_failover_are_not_refused(string fault)
    {
        var world = World.Running("k1", "k2", "k3");
        world.AddProxy("p1");
        world.Settle();
        world.Data = PlantedFaults[fault](world.Data);
        world.Advance(10);

        world.Keeper("k1").Silent = true;
        world.Advance(60);
        world.Keeper("k1").Silent = false;
        world.Advance(60);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_forbidden_step_is_found(string step) =>
        Assert.Contains(step, Invariants.Check(Good, ForbiddenSteps[step](Good)));

    [Fact]
    public void A_winner_that_was_not_confirmed_is_found()
    {
        var synchronous = World.Running(World.Synchronous, "k1", "k2", "k3").Data;
        var primary = synchronous.Instances[synchronous.Cluster.Primary!.Value];
        var confirmed = Assert.Single<InstanceUid>(primary.Status.SynchronousStandbys ?? []);
        var other = synchronous.Instances.Keys.Single(uid => uid != primary.Uid && uid != confirmed);

        Assert.DoesNotContain(
            Invariants.Check(synchronous, synchronous.Elected(confirmed).Closed()),
            v => v.Contains("acknowledged", StringComparison.Ordinal));
        Assert.Contains(
            $"instance {other} becomes primary, but is not known to have every acknowledged commit",
            Invariants.Check(synchronous, synchronous.Elected(other).Closed()));

        // As Candidates does, whatever role an imported document gives to the primary.
        var odd = synchronous.WithSpec(primary.Uid, s => s with { Role = InstanceRole.Standby });
        Assert.DoesNotContain(
            Invariants.Check(odd, odd.Elected(confirmed).Closed()),
            v => v.Contains("acknowledged", StringComparison.Ordinal));
    }

    private static ClusterData Rest()
    {
        var world = World.Running("k1", "k2", "k3");
        world.AddProxy("p1");
        world.Settle();
        return world.Data;
    }
}

file static class Plant
{
    public static ClusterData With(this ClusterData data, InstanceUid uid, Func<Instance, Instance> change) =>
        data with { Instances = data.Instances.With(uid, change(data.Instances[uid])) };

    public static ClusterData WithSpec(
        this ClusterData data, InstanceUid uid, Func<InstanceSpec, InstanceSpec> change) =>
        data.With(uid, i => i with { Spec = change(i.Spec) });

    public static ClusterData Closed(this ClusterData data) => data with
    {
        Proxy = data.Proxy with { Target = null, Address = null, Generation = data.Proxy.Generation.Next },
    };

    public static ClusterData Elected(this ClusterData data, InstanceUid winner) => (data with
    {
        Cluster = data.Cluster with { Primary = winner },
    }).With(winner, i => i with
    {
        Spec = i.Spec with { Role = InstanceRole.Primary, Follow = null },
        Generation = i.Generation.Next,
    });
}
