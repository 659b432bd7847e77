using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Configuration;

/// <summary>The operator's entries that PostgreSQL accepts, and those that were left out.</summary>
/// <param name="LeftOut">Each with the reason.</param>
internal sealed record FilteredConfiguration(OperatorEntries Entries, ValueList<LeftOutEntry> LeftOut)
{
    /// <summary>PostgreSQL accepted exactly these in a trial just now.</summary>
    public bool Took { get; init; }

    /// <summary>Why a trial failed that no entry of the operator's explains; null: none did.</summary>
    public string? Problem { get; init; }

    /// <summary>Entries that were left out together, though only some of them may be the cause.</summary>
    public ValueList<LeftOutEntry> Suspects { get; init; } = [];

    public bool Has(string parameter) => Entries.Parameters.ContainsKey(parameter);

    /// <summary>Without these parameters, with their former values if there are any.</summary>
    public FilteredConfiguration WithoutParameters(IEnumerable<KeyValuePair<string, string>> reasons,
        OperatorEntries? former) =>
        reasons.Aggregate(this, (all, bad) => all with
        {
            Entries = all.Entries.WithPrevious(bad.Key, former ?? OperatorEntries.None),
            LeftOut = all.Named(new LeftOutEntry(LeftOutKind.Parameter, bad.Key, bad.Value)),
        });

    /// <summary>Without these lines.</summary>
    /// <param name="reasons">By their place among the operator's, from 0.</param>
    public FilteredConfiguration WithoutLines(
        IReadOnlyCollection<KeyValuePair<int, string>> reasons, OperatorEntries asked, OperatorEntries? former)
    {
        var entries = Entries.WithoutLines([.. reasons.Select(r => r.Key)], former);
        var named = reasons.Aggregate(this, (all, bad) => all with
        {
            LeftOut = all.Named(
                new LeftOutEntry(LeftOutKind.Access, NameOf(asked, Entries.Hba[bad.Key]), bad.Value)),
        });
        return named with { Entries = entries };
    }

    /// <summary>By its place in the specification, which others left out before it do not change.</summary>
    private static string NameOf(OperatorEntries asked, string line) =>
        OperatorEntries.NameOf(Math.Max(0, asked.Hba.ToList().IndexOf(line)), line);

    // The first reason is the best one: a former value may be refused, too.
    private ValueList<LeftOutEntry> Named(LeftOutEntry entry) =>
        LeftOut.Any(e => e.Kind == entry.Kind && e.Name == entry.Name) ? LeftOut : [.. LeftOut, entry];
}
