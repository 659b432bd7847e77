using Stolon.Simulation.Checkers;
using Stolon.Simulation.Clients;
using Stolon.Simulation.Faults;
using Stolon.Simulation.Postgres;
using Stolon.Simulation.World;

namespace Stolon.Simulation;

/// <summary>One simulation of a cluster: start, faults, healing, and the checks.</summary>
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
        Await(world, nameof(ConvergesAfterHeal), ConvergesAfterHeal.Limit, () => checker.Missing(healed));
        if (world.Violations.Count == 0 && checker.Primary() is { } healthy)
        {
            StandbyLossPhase(world, healthy);
        }

        if (checker.Primary() is { } primary)
        {
            new NoLostCommit(world).Check(primary);
        }
    }

    private static void StandbyLossPhase(SimulatedWorld world, SimulatedServer primary)
    {
        var checker = new CommitsContinue(world);
        var began = false;
        world.Context.Run(() => began = checker.Begin(primary));
        if (began)
        {
            Await(world, nameof(CommitsContinue), CommitsContinue.Limit, checker.Missing);
        }
    }

    /// <summary>Runs until nothing is missing; what is missing at the time limit is a violation.</summary>
    private static void Await(SimulatedWorld world, string checker, TimeSpan limit, Func<string?> missing)
    {
        var next = world.Scheduler.Now;
        string? last = null;
        world.Scheduler.RunUntil(next + limit, () =>
        {
            if (world.Violations.Count > 0)
            {
                return true;
            }

            if (world.Scheduler.Now < next)
            {
                return false;
            }

            next = world.Scheduler.Now + TimeSpan.FromSeconds(1);
            last = missing();
            return last is null;
        });
        if (last is not null && world.Violations.Count == 0)
        {
            world.Violated(checker, last);
        }
    }
}
