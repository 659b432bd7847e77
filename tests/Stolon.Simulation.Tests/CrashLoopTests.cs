using Stolon.Core.Model;
using Stolon.Simulation.World;
using Xunit;

namespace Stolon.Simulation.Tests;

/// <summary>A server that crashes again after each good report.</summary>
public sealed class CrashLoopTests
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(5);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_primary_that_crashes_again_after_each_good_report_is_replaced(int seed)
    {
        var world = Begin(seed);
        Assert.True(
            world.Scheduler.RunUntil(Limit, () => Settled(world)), "there are a primary and healthy standbys");
        var first = world.Store.Peek()!.Cluster.Primary;
        var host = world.Hosts.Single(h => h.Server is { TakesWrites: true });

        void Crash() => world.Context.After(TimeSpan.FromSeconds(1), () =>
        {
            if (host.Server is { Answers: true, InRecovery: false })
            {
                world.Context.After(TimeSpan.FromSeconds(2), () => host.ServerEnded("crashed"));
                world.Context.After(TimeSpan.FromSeconds(3), Crash);
                return;
            }

            Crash();
        });

        Crash();
        Assert.True(
            world.Scheduler.RunUntil(
                world.Scheduler.Now + TimeSpan.FromSeconds(90),
                () => world.Store.Peek()!.Cluster.Primary != first),
            "another primary is elected");
        Assert.Empty(world.Violations);
    }

    private static SimulatedWorld Begin(int seed)
    {
        var options = SimulationOptions.Draw(seed);
        var world = new SimulatedWorld(options with
        {
            Keepers = 3,
            Slowness = 1,
            Spec = options.Spec with
            {
                SleepInterval = TimeSpan.FromSeconds(1),
                FailInterval = TimeSpan.FromSeconds(10),
                SynchronousReplication = false,
            },
        });
        foreach (var node in world.Nodes)
        {
            world.Context.After(world.Chance.Seconds(0, 3), node.Start);
        }

        return world;
    }

    private static bool Settled(SimulatedWorld world) =>
        world.Store.Peek() is { Cluster.Phase: ClusterPhase.Normal } data
        && data.Instances.Count == 3
        && data.Instances.Values.All(i => i is { Status.Healthy: true, Converged: true });
}
