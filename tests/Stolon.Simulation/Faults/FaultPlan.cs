using Stolon.Simulation.World;

namespace Stolon.Simulation.Faults;

/// <summary>Injects faults during the fault period, then heals all.</summary>
internal sealed class FaultPlan(SimulatedWorld world)
{
    private readonly Chance _chance = new(world.Options.Seed, stream: 5);
    private readonly Chance _replay = new(world.Options.Seed, stream: 6);
    private readonly Chance _wal = new(world.Options.Seed, stream: 7);
    private readonly Chance _reloads = new(world.Options.Seed, stream: 8);
    private readonly Chance _copies = new(world.Options.Seed, stream: 9);
    private readonly List<Fault> _active = [];

    public void Begin()
    {
        ScheduleReplay(world.Options.FaultsFrom);
        if (world.Options.Copies)
        {
            ScheduleCopy(world.Options.FaultsFrom);
            return;
        }

        Schedule(world.Options.FaultsFrom);
        ScheduleWal(world.Options.FaultsFrom);
        ScheduleRefusal(world.Options.FaultsFrom);
        // Faults shortly after an election find the most.
        world.OnElection = () =>
        {
            if (_chance.Of(0.4))
            {
                world.Context.After(_chance.Seconds(0, 4), InjectIfActive);
            }
        };
    }

    /// <summary>Ends every fault; no new one begins.</summary>
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
        InjectIfActive();
        Schedule(_chance.Seconds(0.1, 2 * world.Options.FaultInterval.TotalSeconds));
    });

    private void ScheduleReplay(TimeSpan delay) => world.Context.After(delay, () =>
    {
        InjectIfActive(new FaultCatalogue(world, _replay).PauseReplay, _replay);
        ScheduleReplay(_replay.Seconds(5, 60));
    });

    private void ScheduleWal(TimeSpan delay) => world.Context.After(delay, () =>
    {
        InjectIfActive(new FaultCatalogue(world, _wal).RefuseWal, _wal);
        ScheduleWal(_wal.Seconds(10, 90));
    });

    private void ScheduleRefusal(TimeSpan delay) => world.Context.After(delay, () =>
    {
        InjectIfActive(new FaultCatalogue(world, _reloads).RefuseConfiguration, _reloads);
        ScheduleRefusal(_reloads.Seconds(5, 60));
    });

    private void ScheduleCopy(TimeSpan delay) => world.Context.After(delay, () =>
    {
        InjectIfActive(new FaultCatalogue(world, _copies).CopyKeeper, _copies);
        ScheduleCopy(_copies.Seconds(30, 60));
    });

    private void InjectIfActive() =>
        InjectIfActive(() => _chance.OneOf(new FaultCatalogue(world, _chance).Kinds)(), _chance);

    private void InjectIfActive(Func<Fault> draw, Chance chance)
    {
        if (world.Scheduler.Now >= world.Options.FaultsFrom && world.Scheduler.Now < world.Options.FaultsUntil)
        {
            Inject(draw(), chance);
        }
    }

    private void Inject(Fault fault, Chance chance)
    {
        world.Trace.Write("--", fault.What);
        _active.Add(fault);
        fault.Begin();
        // Mostly about as long as the cluster's own timeouts, where races are likely.
        var duration = chance.Of(0.2) ? chance.Seconds(20, 90) : chance.Seconds(0.2, 30);
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

/// <summary>A temporary fault.</summary>
/// <param name="What">For the trace.</param>
/// <param name="End">Repairs it; called once.</param>
internal sealed record Fault(string What, Action Begin, Action End);
