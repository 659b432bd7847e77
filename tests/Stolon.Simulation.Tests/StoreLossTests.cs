using Stolon.Core.Model;
using Stolon.Simulation.World;
using Stolon.Store.KeyValue;
using Xunit;

namespace Stolon.Simulation.Tests;

/// <summary>The store loses all data, or an old copy of it is restored, while sentinels would initialize a new
/// cluster.</summary>
public sealed class StoreLossTests
{
    private static readonly TimeSpan Settled = TimeSpan.FromSeconds(100);

    [Theory]
    [InlineData(1, 12, false)]
    [InlineData(101, 12, true)]
    public void No_copy_is_lost_with_the_store_in_any_order_of_restarts(int first, int count, bool restarted)
    {
        foreach (var seed in Enumerable.Range(first, count))
        {
            var world = Begin(seed);
            var before = Copies(world);
            Assert.All(before, c => Assert.NotNull(c.Identifier));

            world.Context.Run(() => Wipe(world));
            if (restarted)
            {
                Restart(world);
            }

            Run(world, Settled + TimeSpan.FromSeconds(90));

            Assert.Equal(before, Copies(world));
            Assert.True(world.Store.Peek()?.Cluster.Primary is null, $"seed {seed}: nobody is primary");
            Assert.Equal([], world.Violations);
        }
    }

    [Fact]
    public void No_copy_is_lost_when_an_old_copy_of_the_store_is_put_back()
    {
        foreach (var seed in Enumerable.Range(201, 12))
        {
            var world = Begin(seed);
            var old = world.Store.Peek()!;
            var primary = PrimaryOf(world, old);
            world.Context.Run(() =>
            {
                primary.Process!.Kill();
                primary.Host.ServerEnded("killed");
            });
            Run(world, Settled + TimeSpan.FromSeconds(90));
            var newer = world.Store.Peek()!;
            Assert.NotEqual(old.Cluster.Primary, newer.Cluster.Primary);
            var successor = PrimaryOf(world, newer);
            var rows = successor.Host.Data!.Wal.Count;

            world.Context.Run(() =>
            {
                var store = new KeyValueClusterStore(world.Store.Server, world.Store.Paths);
                store.PutAsync(old, CancellationToken.None).GetAwaiter().GetResult();
                primary.Start();
            });
            Run(world, Settled + TimeSpan.FromSeconds(240));

            Assert.True(successor.Host.Data?.Wal.Count >= rows, $"seed {seed}: {successor.Name}'s rows are there");
            Assert.Equal(newer.Instances[newer.Cluster.Primary!.Value].Status.Timeline, successor.Host.Data!.Timeline);
        }
    }

    private static KeeperNode PrimaryOf(SimulatedWorld world, ClusterData data) => world.Keepers.Single(
        k => k.Name == data.Instances[data.Cluster.Primary!.Value].Spec.Keeper.Value);

    private static SimulatedWorld Begin(int seed)
    {
        var world = new SimulatedWorld(SimulationOptions.Draw(seed));
        foreach (var node in world.Nodes)
        {
            world.Context.After(world.Chance.Seconds(0, 3), node.Start);
        }

        Run(world, Settled);
        return world;
    }

    private static void Run(SimulatedWorld world, TimeSpan until)
    {
        world.Scheduler.RunUntil(until, () => false);
        world.Scheduler.ThrowIfEscaped();
    }

    private static void Wipe(SimulatedWorld world)
    {
        foreach (var prefix in new[] { world.Store.Paths.ClusterData, world.Store.Paths.KeeperReports })
        {
            foreach (var entry in world.Store.Server.ListAsync(prefix, CancellationToken.None).GetAwaiter().GetResult())
            {
                world.Store.Server.DeleteAsync(entry.Key, CancellationToken.None).GetAwaiter().GetResult();
            }
        }
    }

    private static void Restart(SimulatedWorld world)
    {
        foreach (var node in world.Nodes)
        {
            world.Context.Run(node.Process!.Kill);
            world.Context.After(world.Chance.Seconds(0, 6), node.Start);
        }
    }

    private static List<(string Name, string? Identifier)> Copies(SimulatedWorld world) =>
        [.. world.Hosts.Select(h => (h.Name, h.Data?.SystemIdentifier))];
}
