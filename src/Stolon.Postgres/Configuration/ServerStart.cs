using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;

namespace Stolon.Postgres.Configuration;

/// <summary>Starts a server with the part of its configuration that it accepts: an operator's mistake must not keep it
/// down.</summary>
/// <param name="path">The data directory, for messages.</param>
/// <param name="launch">Starts it on the present files; false: it ended before it had read them.</param>
internal sealed class ServerStart(
    string path, ConfigurationFiles files, ConfigurationFilter filter, LastGoodConfiguration good, ILogger logger,
    Func<PostgresVersion, bool, CancellationToken, Task<bool>> launch)
{
    /// <exception cref="PostgresToolException">It does not start even without the operator's entries; the message has
    /// the reason as far as it is known.</exception>
    public async Task<ConfigurationOutcome.Applied> RunAsync(
        PostgresVersion version, ServerConfiguration configuration, bool temporary, CancellationToken cancellationToken)
    {
        var filtered = await FilterAsync(always: false);
        if (await LaunchAsync(filtered.Entries))
        {
            return Works(configuration, filtered);
        }

        // Tests what was skipped before because it had worked, or because the server was running. Then starts with the
        // same entries again, because the cause may be gone.
        var again = await FilterAsync(always: true);
        var reason = again.Problem ?? again.LeftOut.Except(filtered.LeftOut).FirstOrDefault()?.Reason
            ?? "it ended at once; its last messages are in the keeper's output or in PostgreSQL's own log";
        if (again.Entries == filtered.Entries ? await LaunchAsync(again.Entries)
            : await FallBackAsync(again.Entries, "what it takes of it", reason))
        {
            return Works(configuration, again);
        }

        foreach (var (entries, what) in Fallbacks(configuration, again, good.Read()?.Entries))
        {
            if (await FallBackAsync(entries, what, reason))
            {
                return Works(configuration, Instead(OperatorEntries.Of(configuration), again, entries, reason));
            }
        }

        throw new PostgresToolException($"postgres does not start on {path}: {reason}");

        Task<FilteredConfiguration> FilterAsync(bool always) =>
            filter.FilterAsync(version, configuration, temporary, running: false, always, cancellationToken);

        Task<bool> FallBackAsync(OperatorEntries entries, string what, string why)
        {
            PostgresLog.RollingBack(logger, what, why);
            return LaunchAsync(entries);
        }

        Task<bool> LaunchAsync(OperatorEntries entries)
        {
            files.Write(version, entries.In(configuration), temporary);
            files.DisableAlterSystem();
            return launch(version, temporary, cancellationToken);
        }
    }

    /// <summary>The remaining combinations, the smallest loss first. The access lines are dropped last, and only if no
    /// trial has shown that PostgreSQL accepts them: without them the server would run, and no client could
    /// connect.</summary>
    private static IEnumerable<(OperatorEntries Entries, string What)> Fallbacks(
        ServerConfiguration configuration, FilteredConfiguration tried, OperatorEntries? known)
    {
        const string None = "none of the parameters but our own";
        const string Last = "the parameters that worked last";
        var hba = tried.Entries.Hba;
        var apart = ConfigurationTrial.OnlyAtStart.Aggregate(
            tried.Entries.Parameters, (all, name) => all.Without(name));
        var ways = new List<(OperatorEntries? Entries, string What)>
        {
            (tried.Entries with { Parameters = apart }, "all but what only a start can try"),
            (known is null ? null : known with { Hba = hba }, Last),
            (OperatorEntries.None with { Hba = hba }, None),
        };
        if (!tried.Took && !configuration.UsersExcluded)
        {
            ways.Add((known, $"{Last} and the lines of pg_hba.conf that did"));
            ways.Add((known is null ? null : OperatorEntries.None with { Hba = known.Hba }, None));
            ways.Add((OperatorEntries.None, "none but our own settings"));
        }

        return ways
            .Where(way => way.Entries is not null && way.Entries != tried.Entries)
            .Select(way => (way.Entries!, way.What))
            .DistinctBy(way => way.Item1);
    }

    /// <summary>It works with these.</summary>
    private ConfigurationOutcome.Applied Works(ServerConfiguration configuration, FilteredConfiguration filtered)
    {
        var asked = configuration.Parameters;
        good.Remember(configuration, new GoodSet(
            filtered.Entries,
            filtered.LeftOut
                .Where(e => e.Kind == LeftOutKind.Parameter && asked.ContainsKey(e.Name))
                .Select(e => new RefusedValue(e.Name, asked[e.Name], e.Reason, !filtered.Suspects.Contains(e)))
                .ToValueList()));
        return new ConfigurationOutcome.Applied(filtered.LeftOut) { Final = filtered.Suspects.IsEmpty };
    }

    /// <summary>Names all entries that a trial had accepted and that now differ; if there are several, the cause is not
    /// known.</summary>
    private static FilteredConfiguration Instead(OperatorEntries asked, FilteredConfiguration tried,
        OperatorEntries entries, string reason)
    {
        var parameters = tried.Entries.ChangedParameters(entries)
            .Where(name => asked.Parameters.ContainsKey(name))
            .Select(name => new LeftOutEntry(LeftOutKind.Parameter, name, reason));
        var lines = asked.Hba
            .Select((line, at) => (line, at))
            .Where(l => tried.Entries.Hba.Contains(l.line) && !entries.Hba.Contains(l.line))
            .Select(l => new LeftOutEntry(LeftOutKind.Access, OperatorEntries.NameOf(l.at, l.line), reason));
        var more = parameters.Concat(lines)
            .Where(e => !tried.LeftOut.Any(l => l.Kind == e.Kind && l.Name == e.Name))
            .ToValueList();
        return new FilteredConfiguration(entries, [.. tried.LeftOut, .. more])
        {
            Suspects = more.Count > 1 ? more
            : []
        };
    }
}
