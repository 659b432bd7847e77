using Stolon.Simulation.Checkers;
using Stolon.Simulation.Clients;
using Stolon.Simulation.Faults;
using Stolon.Simulation.World;

namespace Stolon.Simulation;

/// <summary>One life of a cluster: start, faults, healing, and what the checkers say.</summary>
internal static class SimulationRun
{
    public static SimulationResult Of(int seed, Sabotage sabotage = Sabotage.None) =>
        Of(SimulationOptions.Draw(seed, sabotage));

    public static SimulationResult Of(SimulationOptions options)
    {
        var world = new SimulatedWorld(options);
        foreach (var node in world.Nodes)
        {
            world.Context.After(world.Chance.Seconds(0, 3), node.Start);
        }

        for (var i = 0; i < options.Writers; i++)
        {
            new Writer(world).Next();
        }

        var faults = new FaultPlan(world);
        faults.Begin();
        if (!world.Scheduler.RunUntil(options.FaultsUntil, () => world.Violations.Count > 0))
        {
            Heal(world, faults);
        }

        world.Scheduler.ThrowIfEscaped();
        return new SimulationResult(world);
    }

    private static void Heal(SimulatedWorld world, FaultPlan faults)
    {
        world.Context.Run(faults.Heal);
        var healed = world.Scheduler.Now;
        var checker = new ConvergesAfterHeal(world);
        var look = healed;
        string? missing = null;
        world.Scheduler.RunUntil(healed + ConvergesAfterHeal.Limit, () =>
        {
            if (world.Violations.Count > 0)
            {
                return true;
            }

            if (world.Scheduler.Now < look)
            {
                return false;
            }

            look = world.Scheduler.Now + TimeSpan.FromSeconds(1);
            missing = checker.Missing(healed);
            return missing is null;
        });
        if (missing is not null && world.Violations.Count == 0)
        {
            world.Violated(nameof(ConvergesAfterHeal), missing);
        }

        if (checker.Primary() is { } primary)
        {
            new NoLostCommit(world).Check(primary);
        }
    }
}
