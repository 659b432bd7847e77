using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>What PostgreSQL did not take of its configuration: for the report, the log and the metrics.</summary>
internal sealed class ConfigurationReport(ActiveComplaints complaints, KeeperShared shared)
{
    private ValueList<LeftOutEntry> _leftOut;
    private string? _held;

    /// <summary>The server works without these; none: with everything.</summary>
    public void LeftOut(ValueList<LeftOutEntry> entries)
    {
        _leftOut = entries;
        shared.LeaveOut(entries
            .Where(e => e.Kind == LeftOutKind.Parameter).Select(e => e.Name)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToValueList());
        KeeperGauges.LeftOut(entries);
        complaints.Set(ComplaintSubject.Access, Complaint(LeftOutKind.Access, "does not take", "pgHBA"));
        LogParameters();
    }

    /// <summary>Whether a restart is held back.</summary>
    /// <param name="why">Null: it is not.</param>
    public void RestartHeld(string? why)
    {
        _held = why;
        LogParameters();
    }

    private void LogParameters()
    {
        var refused = Complaint(LeftOutKind.Parameter, "does not take or does not start with", "pgParameters");
        complaints.Set(
            ComplaintSubject.Parameters,
            refused is not null && _held is not null ? $"{refused}; {_held}" : refused ?? _held);
    }

    private string? Complaint(LeftOutKind kind, string verb, string member)
    {
        var entries = _leftOut.Where(e => e.Kind == kind).Select(e => e.ToString()).ToList();
        return entries.Count == 0
            ? null
            : $"PostgreSQL {verb} {string.Join(", ", entries)}: left out, all else is in force; correct {member}";
    }
}
