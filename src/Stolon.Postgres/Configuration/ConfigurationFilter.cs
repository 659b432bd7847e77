using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Configuration;

/// <summary>Finds the operator's entries that PostgreSQL would refuse, before they are written.</summary>
internal sealed class ConfigurationFilter(ConfigurationTrial trial, LastGoodConfiguration good, ILogger logger)
{
    private (OperatorEntries Asked, FilteredConfiguration Result)? _known;

    /// <summary>Leaves out entries that cannot be applied. Entries that have not changed since they worked or were
    /// tested are not tested again. Entries that were left out are tested at each start, because the host may have
    /// changed.</summary>
    /// <param name="running">The real server runs.</param>
    /// <param name="always">Always test, to find out why the server did not start.</param>
    public async Task<FilteredConfiguration> FilterAsync(
        PostgresVersion version, ServerConfiguration configuration, bool temporary, bool running, bool always,
        CancellationToken cancellationToken)
    {
        var asked = OperatorEntries.Of(configuration);
        if (!always && !temporary && _known is { } known && known.Asked == asked
            && (running || known.Result.LeftOut.IsEmpty))
        {
            return known.Result with { Took = false };
        }

        var set = good.Read();
        var former = set?.Entries;
        var filtered = new FilteredConfiguration(asked, []).WithoutParameters(
            EntryRules.Unwritable(asked.Parameters).ToValueMap(e => e.Name, e => e.Reason), OperatorEntries.None);
        filtered = running && set is not null
            ? filtered.WithoutParameters(RefusedBefore(filtered, set, r => r.Proven), former)
            : filtered;
        if (always || temporary || former is null || !Works(configuration, filtered.Entries, former))
        {
            var trials = new TrialSeries(
                configuration,
                asked,
                former,
                entries => trial.RunAsync(version, entries.In(configuration), temporary, running, cancellationToken));
            filtered = await trials.RunAsync(filtered);
        }

        NoteLeftOut(asked, filtered, temporary);
        return filtered;
    }

    /// <summary>The running server's view of its files.</summary>
    /// <returns>Null: nothing of the operator's entries, or they have been left out already.</returns>
    public FilteredConfiguration? FilterFurther(ServerConfiguration configuration, FilteredConfiguration filtered,
        FileTrouble trouble)
    {
        var (asked, set) = (OperatorEntries.Of(configuration), good.Read());
        var former = set?.Entries;
        var parameters = trouble.Parameters.Where(p => filtered.Has(p.Key))
            .Concat(RefusedBefore(filtered, set, r => !r.Proven && trouble.Pending.Contains(r.Name)))
            .ToList();
        var lines = TrialSeries.OperatorsLines(trouble.HbaLines, configuration, filtered);
        if (parameters.Count == 0 && lines.Count == 0)
        {
            return null;
        }

        var further = filtered.WithoutParameters(parameters, former);
        further = lines.Count == 0 ? further : further.WithoutLines(lines, asked, former);
        NoteLeftOut(asked, further, temporary: false);
        return further;
    }

    private static bool Works(ServerConfiguration configuration, OperatorEntries entries, OperatorEntries former) =>
        entries.Parameters == former.Parameters && (configuration.UsersExcluded || entries.Hba == former.Hba);

    /// <summary>Of entries that were refused at the last start: a restart for them would be useless.</summary>
    private static ValueMap<string, string> RefusedBefore(
        FilteredConfiguration filtered, GoodSet? set, Func<RefusedValue, bool> these) =>
        (set?.Refused ?? [])
            .Where(r => filtered.Entries.Parameters.TryGetValue(r.Name, out var value) && value == r.Value && these(r))
            .ToValueMap(r => r.Name, r => r.Reason);

    private void NoteLeftOut(OperatorEntries asked, FilteredConfiguration filtered, bool temporary)
    {
        foreach (var entry in filtered.LeftOut)
        {
            PostgresLog.LeftOut(logger, entry.Name, entry.Reason);
        }

        _known = temporary ? null : (asked, filtered);
    }
}
