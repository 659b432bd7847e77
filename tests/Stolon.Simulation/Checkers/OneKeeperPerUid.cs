using Stolon.Simulation.Postgres;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Checkers;

/// <summary>Clients write to at most one of two keepers with the same uid: no acknowledged row is on the copy
/// only.</summary>
internal sealed class OneKeeperPerUid(SimulatedWorld world)
{
    /// <summary>Called when the copy is stopped.</summary>
    public void Check(SimulatedHost copy)
    {
        if (copy.Data is not { } data)
        {
            return;
        }

        var elsewhere = world.Hosts.Select(h => h.Data).OfType<DataDirectory>()
            .SelectMany(d => d.Wal).Select(r => r.Row).OfType<long>().ToHashSet();
        var alone = data.Wal.Select(r => r.Row).OfType<long>().Where(row => !elsewhere.Contains(row)).ToHashSet();
        var lost = world.Ledger.Acknowledged.Where(a => alone.Contains(a.Row)).ToList();
        if (lost.Count > 0)
        {
            world.Violated(nameof(OneKeeperPerUid), $"{lost.Count} acknowledged rows are on {copy.Name} only");
        }
    }
}
