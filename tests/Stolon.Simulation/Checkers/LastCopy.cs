using Stolon.Simulation.Postgres;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Checkers;

/// <summary>Nothing is deleted of which there is no other copy: with synchronous replication on no acknowledged row,
/// without it
/// not the cluster's last whole data.</summary>
internal sealed class LastCopy(SimulatedWorld world)
{
    /// <param name="host">Where data is about to be deleted.</param>
    /// <param name="loses">Whether that row will no longer be there.</param>
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
            world.Violated(nameof(LastCopy), $"{host.Name} deletes the last data there is");
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

    /// <summary>What is to be replaced by a clone goes before that is whole: its source may be lost meanwhile, so there
    /// has to be one more.</summary>
    public void CheckOtherCopies(SimulatedHost host)
    {
        var copies = world.Hosts.Count(h => h != host && h.Data is not null) + (host.Replaced is null ? 0 : 1);
        if (copies < 2)
        {
            world.Violated(
                nameof(LastCopy), $"{host.Name} deletes its data before a clone is whole, and there is one other copy");
        }
    }
}
