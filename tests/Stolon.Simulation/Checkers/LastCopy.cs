using Stolon.Simulation.Postgres;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Checkers;

/// <summary>No data are deleted without another copy: with synchronous replication, no acknowledged row; without it,
/// not the cluster's last complete data.</summary>
internal sealed class LastCopy(SimulatedWorld world)
{
    /// <param name="host">Where data are about to be deleted.</param>
    /// <param name="loses">Whether this row will be lost there.</param>
    public void Check(SimulatedHost host, Func<long, bool> loses)
    {
        var lost = world.Ledger.Acknowledged.Where(a => loses(a.Row)).ToList();
        var others = world.Hosts.Where(h => h != host).Select(h => h.Data).OfType<DataDirectory>().ToList();
        if (lost.Count == 0)
        {
            return;
        }

        if (others.Count == 0)
        {
            world.Violated(nameof(LastCopy), $"{host.Name} deletes the last data of the cluster");
            return;
        }

        if (world.Options.Synchronous)
        {
            var elsewhere = others.SelectMany(d => d.Wal).Select(r => r.Row).OfType<long>().ToHashSet();
            if (lost.Find(a => !elsewhere.Contains(a.Row)) is { Row: > 0 } last)
            {
                world.Violated(nameof(LastCopy), $"{host.Name} deletes the last copy of acknowledged row {last.Row}");
            }
        }
    }

    /// <summary>Data deleted before the clone is complete: the source may be lost meanwhile, so one more copy must
    /// exist.</summary>
    public void CheckOtherCopies(SimulatedHost host)
    {
        var copies = world.Hosts.Count(h => h != host && h.Data is not null) + (host.Replaced is null ? 0 : 1);
        if (copies < 2)
        {
            world.Violated(
                nameof(LastCopy),
                $"{host.Name} deletes its data before a clone is complete, and only one other copy exists");
        }
    }
}
