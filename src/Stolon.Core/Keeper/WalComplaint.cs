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
            ? $"the disk with the WAL is nearly full: {ByteSize.Text(disk.FreeBytes)} of "
                + $"{ByteSize.Text(disk.TotalBytes)} are free"
            : null;
        var slots = (report.Slots ?? []).Where(s => !s.Active && (s.RetainedBytes >= LargeAmount || s.Lost)).ToList();
        var kept = slots.Count == 0
            ? null
            : "not in use: " + string.Join(", ", slots.Select(Text))
                + "; start the slot's client again, or drop the slot (for a standby: stolonctl removekeeper)";
        return full is null || kept is null ? full ?? kept : $"{full}; {kept}";
    }

    private static string Text(SlotUse slot) => slot.Lost
        ? $"replication slot {slot.Name}, which has lost its WAL"
        : $"replication slot {slot.Name}, which keeps {ByteSize.Text(slot.RetainedBytes)} of WAL";
}
