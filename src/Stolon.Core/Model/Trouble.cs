using Stolon.Core.Common;

namespace Stolon.Core.Model;

/// <summary>Why something does not count as healthy, or needs attention.</summary>
/// <param name="Reason">One sentence for the operator, without its full stop. A changed reason is written to the
/// cluster data immediately, unless only its numbers have changed.</param>
/// <param name="Since">On the sentinel's wall clock; only to be shown.</param>
public sealed record Trouble(string Reason, WallTime Since)
{
    /// <summary>The trouble with this reason; the known one if it has the same reason, because it began
    /// earlier.</summary>
    /// <param name="reason">Null: there is none.</param>
    public static Trouble? Of(string? reason, Trouble? known, WallTime now) =>
        reason is null ? null
        : known is not null && MessageComparison.EqualIgnoringNumbers(known.Reason, reason) ? known
        : new Trouble(reason, now);
}
