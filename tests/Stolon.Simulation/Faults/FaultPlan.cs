using Stolon.Simulation.World;

namespace Stolon.Simulation.Faults;

/// <summary>Lets faults happen from the first moment drawn to the last; then heals everything.</summary>
internal sealed class FaultPlan(SimulatedWorld world)
{
    private readonly Chance _chance = new(world.Options.Seed, stream: 5);
    private readonly List<Fault> _active = [];

    public void Begin()
    {
        Schedule(world.Options.FaultsFrom);
        // The most delicate moments are those after an election.
        world.OnElection = () =>
        {
            if (_chance.Of(0.4))
            {
                world.Context.After(_chance.Seconds(0, 4), HappenInTime);
            }
        };
    }

    /// <summary>Ends every fault; from now on nothing goes wrong.</summary>
    public void Heal()
    {
        foreach (var fault in _active.ToList())
        {
            End(fault);
        }

        world.Trace.Write("--", "everything is healed");
    }

    private void Schedule(TimeSpan delay) => world.Context.After(delay, () =>
    {
        HappenInTime();
        Schedule(_chance.Seconds(0.1, 2 * world.Options.FaultInterval.TotalSeconds));
    });

    private void HappenInTime()
    {
        if (world.Scheduler.Now >= world.Options.FaultsFrom && world.Scheduler.Now < world.Options.FaultsUntil)
        {
            Happen();
        }
    }

    private void Happen()
    {
        var fault = _chance.OneOf(new FaultCatalogue(world, _chance).Kinds)();
        world.Trace.Write("--", fault.What);
        _active.Add(fault);
        fault.Begin();
        // Mostly about as long as the cluster's own limits, where the races are.
        var duration = _chance.Of(0.2) ? _chance.Seconds(20, 90) : _chance.Seconds(0.2, 30);
        world.Context.After(duration, () => End(fault));
    }

    private void End(Fault fault)
    {
        if (_active.Remove(fault))
        {
            world.Trace.Write("--", $"over: {fault.What}");
            fault.End();
        }
    }
}
