using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>The part of the configuration that PostgreSQL does not accept: for the report, the log and the
/// metrics.</summary>
internal sealed class ConfigurationReport(ActiveComplaints complaints, KeeperShared shared)
{
    private ValueList<LeftOutEntry> _leftOut;
    private string? _restartHeld;

    /// <summary>The server runs without these entries.</summary>
    public void LeftOut(ValueList<LeftOutEntry> entries)
    {
        _leftOut = entries;
        shared.LeftOut = entries
            .Where(e => e.Kind == LeftOutKind.Parameter).Select(e => e.Name)
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToValueList();
        KeeperGauges.LeftOut(entries);
        complaints.Set(ComplaintSubject.Access, Complaint(LeftOutKind.Access, "does not accept", "pgHBA"));
        UpdateParameters();
    }

    /// <summary>A restart for a parameter is held back.</summary>
    /// <param name="why">Null: it is not.</param>
    public void RestartHeld(string? why)
    {
        _restartHeld = why;
        UpdateParameters();
    }

    private void UpdateParameters()
    {
        var refused = Complaint(LeftOutKind.Parameter, "does not accept or does not start with", "pgParameters");
        complaints.Set(
            ComplaintSubject.Parameters,
            refused is not null && _restartHeld is not null ? $"{refused}; {_restartHeld}" : refused ?? _restartHeld);
    }

    private string? Complaint(LeftOutKind kind, string verb, string member)
    {
        var entries = _leftOut.Where(e => e.Kind == kind).Select(e => e.ToString()).ToList();
        return entries.Count == 0
            ? null
            : $"PostgreSQL {verb} {string.Join(", ", entries)}: left out, all else is in force; correct {member}";
    }
}
