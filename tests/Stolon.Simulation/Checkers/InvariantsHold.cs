using Stolon.Core.Model;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Checkers;

/// <summary>No write of the cluster data breaks an invariant, and no sentinel has to refuse one of its own
/// decisions.</summary>
internal sealed class InvariantsHold(SimulatedWorld world)
{
    private ClusterData? _before;

    /// <summary>Called after every write of the cluster data.</summary>
    public void Check(ClusterData after)
    {
        var violations = _before is { } before ? Invariants.Check(before, after) : Invariants.Check(after);
        _before = after;

        // That sabotage breaks them, to show what clients would see.
        if (world.Options.Sabotage == Sabotage.SkipEmptyTarget)
        {
            return;
        }

        foreach (var violation in violations)
        {
            world.Violated(nameof(InvariantsHold), violation);
        }
    }

    /// <summary>Called for each error that an agent logs.</summary>
    public void Check(string error)
    {
        if (error.Contains("breaks an invariant", StringComparison.Ordinal))
        {
            world.Violated(nameof(InvariantsHold), error);
        }
    }
}
