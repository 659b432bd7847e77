using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>The keeper's complaint about WAL that is kept for too long.</summary>
public static class WalComplaint
{
    private const long LargeAmount = 1L << 30;

    /// <returns>Null: nothing is wrong.</returns>
    public static string? Of(PostgresReport report)
    {
        var full = report.WalDisk is { NearlyFull: true } disk
            ? $"the disk with WAL is nearly full: {ByteSize.Text(disk.FreeBytes)} of "
                + $"{ByteSize.Text(disk.TotalBytes)} are left"
            : null;
        var slots = (report.Slots ?? []).Where(s => !s.Active && (s.RetainedBytes >= LargeAmount || s.Lost)).ToList();
        var kept = slots.Count == 0
            ? null
            : "nobody uses " + string.Join(", ", slots.Select(Text))
                + "; bring its user back, or drop the slot (a standby's goes with stolonctl removekeeper)";
        return full is null || kept is null ? full ?? kept : $"{full}; {kept}";
    }

    private static string Text(SlotUse slot) => slot.Lost
        ? $"replication slot {slot.Name}, which is lost"
        : $"replication slot {slot.Name}, for which {ByteSize.Text(slot.RetainedBytes)} of WAL are kept";
}
