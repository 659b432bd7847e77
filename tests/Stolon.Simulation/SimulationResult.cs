using Stolon.Simulation.World;

namespace Stolon.Simulation;

/// <summary>The result of one simulation.</summary>
internal sealed class SimulationResult(SimulatedWorld world)
{
    private const int LinesShown = 200;

    public SimulationOptions Options => world.Options;

    /// <summary>Empty: no violation.</summary>
    public IReadOnlyList<string> Violations => world.Violations;

    public string Trace => world.Trace.All();

    public int Acknowledged => world.Ledger.Acknowledged.Count;

    public TimeSpan Elapsed => world.Scheduler.Now;

    public long Steps => world.Scheduler.Steps;

    /// <summary>The violations, the options, the last lines of the trace, and how to run it again.</summary>
    public string Report() =>
        $"{string.Join('\n', Violations)}\n{Options}\nlast {LinesShown} lines of the trace:\n"
        + world.Trace.Last(LinesShown)
        + $"again: STOLON_SIM_FIRST={Options.Seed} STOLON_SIM_SEEDS=1 STOLON_SIM_TRACE=/tmp/trace"
        + " (docs/internals/simulation.md)";
}
