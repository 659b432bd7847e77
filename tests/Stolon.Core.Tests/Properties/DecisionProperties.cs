using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;
using Stolon.Core.Tests.Builders;
using Xunit;

namespace Stolon.Core.Tests.Properties;

/// <summary>Invariants of random series of failures; a failing run shows its seed and its events.</summary>
public sealed class DecisionProperties
{
    private const int Seeds = 60;
    private const int Steps = 60;

    private static readonly ClusterSpec[] Specs =
    [
        World.Synchronous,
        World.Synchronous with { MaxSynchronousStandbys = 2 },
        World.Synchronous with { MinSynchronousStandbys = 0 },
        World.Synchronous with { MinSynchronousStandbys = 2, MaxSynchronousStandbys = 2 },
        World.New,
    ];

    [Fact]
    public void Generations_only_rise() => InEveryStorm((_, before, after) =>
    {
        foreach (var (uid, instance) in after.Instances)
        {
            if (before.Instances.TryGetValue(uid, out var earlier))
            {
                Assert.True(instance.Generation >= earlier.Generation);
                Assert.Equal(instance.Spec == earlier.Spec, instance.Generation == earlier.Generation);
            }
        }

        Assert.True(after.Proxy.Generation >= before.Proxy.Generation);
    });

    [Fact]
    public void A_keeper_has_at_most_one_instance() => InEveryStorm((_, _, after) =>
        Assert.Equal(after.Instances.Count, after.Instances.Values.Select(i => i.Spec.Keeper).Distinct().Count()));

    [Fact]
    public void Proxies_are_never_sent_from_one_instance_directly_to_another() => InEveryStorm((_, before, after) =>
    {
        if (before.Proxy.Target is { } from && after.Proxy.Target is { } to)
        {
            Assert.Equal(from, to);
        }
    });

    [Fact]
    public void Proxies_are_only_ever_sent_to_the_primary_that_has_carried_out_its_role() =>
        InEveryStorm((_, before, after) =>
    {
        if (before.Proxy.Target is null && after.Proxy.Target is { } target)
        {
            Assert.Equal(before.Cluster.Primary, target);
            Assert.Equal(before.Instances[target].Generation, after.Instances[target].Status.CurrentGeneration);
        }
    });

    [Fact]
    public void Two_proxies_never_forward_to_two_instances() => InEveryStorm((storm, _, _) =>
        Assert.True(
            storm.World.Proxies.Values.Select(p => p.Forwarding).OfType<InstanceUid>().Distinct().Count() <= 1));

    [Fact]
    public void Repeated_decisions_soon_change_nothing() => InEveryStorm((storm, _, _) =>
    {
        var view = storm.World.View() with { Data = storm.World.Last!.Data };
        var memory = storm.World.Last.Memory;
        for (var round = 0; ; round++)
        {
            var again = SentinelDecision.Decide(
                view with { FreshUids = view.FreshUids.Select(u => new InstanceUid($"{u}-{round}")).ToValueList() },
                memory);
            if (ChangeWeights.Of(view.Data, again.Data) < ChangeWeight.Material)
            {
                return;
            }

            Assert.True(round < 4, string.Join("; ", again.Notes));
            (view, memory) = (view with { Data = again.Data }, again.Memory);
        }
    });

    [Fact]
    public void With_synchronous_replication_only_confirmed_standbys_are_elected() =>
        InEveryStorm((_, before, after) =>
    {
        if (before.Cluster.Primary is { } old && after.Cluster.Primary is { } winner && old != winner
            && before.Instances[old].Spec.SynchronousReplication)
        {
            var sure = before.Instances.Values.Where(i => i.IsPrimaryType && i.Spec.SynchronousReplication).ToList();
            Assert.Contains(winner,
                sure.SelectMany(Confirmed).Concat(sure.Select(i => i.Uid).Where(uid => uid != old)));
        }
    });

    [Fact]
    public void With_synchronous_replication_an_acknowledged_commit_is_never_lost() =>
        InEveryStorm((storm, before, after) =>
    {
        if (before.Proxy.Target is null && after.Proxy.Target is { } target)
        {
            Assert.Empty(storm.Acknowledged.Except(storm.World.Holder(target)!.Commits));
        }
    });

    [Fact]
    public void After_all_failures_one_primary_has_every_acknowledged_commit_and_all_others_follow_it()
    {
        var acknowledged = 0;
        for (var seed = 0; seed < Seeds; seed++)
        {
            var storm = Brew(seed);
            Run(storm, seed, () =>
            {
                for (var n = 0; n < Steps; n++)
                {
                    storm.Step();
                }

                storm.EndFailures();
                storm.World.Settle(200);
                var primary = storm.World.Data.Cluster.Primary;
                Assert.Equal(primary, storm.World.Data.Proxy.Target);
                Assert.True(storm.World.Instance(primary!.Value.Value) is { Status.Healthy: true, Converged: true });
                Assert.Empty(storm.Acknowledged.Except(storm.World.Holder(primary.Value)!.Commits));
                Assert.All(storm.World.Data.Instances.Values.Where(i => i.Uid != primary), i =>
                    Assert.Equal(new FollowSource.Internal(primary.Value), i.Spec.Follow));
                acknowledged += storm.Acknowledged.Count;
            });
        }

        // A run without any acknowledged commit would prove nothing.
        Assert.True(acknowledged > Seeds * 5, $"{acknowledged} commits acknowledged");
    }

    private static IEnumerable<InstanceUid> Confirmed(Instance instance) =>
        (instance.Status.SynchronousStandbys ?? []).Intersect(instance.Spec.SynchronousStandbys ?? []);

    private static Storm Brew(int seed) =>
        new(seed, Specs[seed % Specs.Length], keepers: 2 + (seed % 4), proxies: seed % 3);

    private static void InEveryStorm(Action<Storm, ClusterData, ClusterData> check)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var storm = Brew(seed);
            Run(storm, seed, () =>
            {
                for (var n = 0; n < Steps; n++)
                {
                    var before = storm.World.Data;
                    storm.Step();
                    check(storm, before, storm.World.Data);
                }
            });
        }
    }

    private static void Run(Storm storm, int seed, Action action)
    {
        try
        {
            action();
        }
        catch (Exception e)
        {
            throw new InvalidOperationException(
                $"seed {seed}: {e.Message}\n{string.Join('\n', storm.Events.TakeLast(60))}", e);
        }
    }
}
