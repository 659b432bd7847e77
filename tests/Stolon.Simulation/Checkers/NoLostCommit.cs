using Stolon.Simulation.Postgres;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Checkers;

/// <summary>With synchronous replication, every acknowledged row is on the primary that clients reach.</summary>
internal sealed class NoLostCommit(SimulatedWorld world)
{
    /// <summary>Called at the end, when there is a primary.</summary>
    public void Check(SimulatedServer primary)
    {
        if (!world.Options.Synchronous)
        {
            return;
        }

        var rows = primary.Data.Wal.Select(r => r.Row).OfType<long>().ToHashSet();
        var lost = world.Ledger.Acknowledged.Where(a => !rows.Contains(a.Row)).ToList();
        if (lost.Count > 0)
        {
            world.Violated(
                nameof(NoLostCommit),
                $"{lost.Count} acknowledged rows are not on {primary.Host.Name}: "
                + string.Join(
                    ", ", lost.Take(5).Select(l => $"row {l.Row} through {l.Proxy} at {l.At.TotalSeconds:F3}")));
        }
    }
}
