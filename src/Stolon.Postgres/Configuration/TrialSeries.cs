using Stolon.Core.Keeper;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Configuration;

/// <summary>Tests a configuration with fewer and fewer of the operator's entries until PostgreSQL accepts it.</summary>
/// <param name="asked">What the operator asked for.</param>
/// <param name="former">What worked before; null: not known.</param>
/// <param name="run">Tests these entries; null: no trial was possible.</param>
internal sealed class TrialSeries(
    ServerConfiguration configuration, OperatorEntries asked, OperatorEntries? former,
    Func<OperatorEntries, Task<TrialOutput?>> run)
{
    /// <summary>A trial names all mistakes of one kind at once, and there are a few kinds; a former value may be
    /// refused, too.</summary>
    private const int Rounds = 10;

    public async Task<FilteredConfiguration> RunAsync(FilteredConfiguration filtered)
    {
        for (var round = 0; round < Rounds; round++)
        {
            if (await run(filtered.Entries) is not { } reading)
            {
                return filtered;
            }

            var parameters = reading.Parameters.Where(p => filtered.Has(p.Key)).ToList();
            var lines = OperatorsLines(reading.HbaLines, configuration, filtered);
            if (parameters.Count > 0)
            {
                filtered = filtered.WithoutParameters(parameters, former);
            }
            else if (reading.Started)
            {
                return filtered with { Took = true };
            }
            else if (lines.Count > 0)
            {
                filtered = filtered.WithoutLines(lines, asked, former);
            }
            else
            {
                var reason = reading.Fatal ?? "PostgreSQL ends without giving a reason";
                if (await WithoutCulpritsAsync(filtered, reason) is not { } less)
                {
                    return filtered with { Problem = reason };
                }

                filtered = less;
            }
        }

        return filtered;
    }

    /// <summary>The lines of pg_hba.conf that are the operator's, by their place among these, from 0.</summary>
    public static List<KeyValuePair<int, string>> OperatorsLines(
        IEnumerable<KeyValuePair<int, string>> lines, ServerConfiguration configuration,
            FilteredConfiguration filtered) =>
    [
        .. lines
            .Select(l => new KeyValuePair<int, string>(l.Key - configuration.OwnHbaLines - 1, l.Value))
            .Where(l => l.Key >= 0 && l.Key < filtered.Entries.Hba.Count),
    ];

    /// <summary>It ended without naming an entry: bisects the parameters that have changed since it worked or, if the
    /// former ones fail too because the host has changed, all parameters.</summary>
    /// <returns>Null: it accepts none of these; they are not the cause, or not alone.</returns>
    private async Task<FilteredConfiguration?> WithoutCulpritsAsync(FilteredConfiguration filtered, string reason) =>
        (former is null ? null : await WithoutCulpritsAsync(filtered, former, reason))
        ?? await WithoutCulpritsAsync(filtered, OperatorEntries.None, reason);

    /// <param name="basis">The values that replace refused ones.</param>
    private async Task<FilteredConfiguration?> WithoutCulpritsAsync(FilteredConfiguration filtered,
        OperatorEntries basis, string reason)
    {
        // It may have ended before it came to the operator's lines of pg_hba.conf, which are tried afterwards.
        var changed = filtered.Entries.ChangedParameters(basis).Where(filtered.Has).ToList();
        var without = changed.Aggregate(
            filtered.Entries with { Hba = [] }, (all, name) => all.WithPrevious(name, basis));
        if (changed.Count == 0 || await run(without) is not { Started: true })
        {
            return null;
        }

        var culprits = new Dictionary<string, string>(StringComparer.Ordinal);
        await FindAsync(without, changed);
        return culprits.Count > 0 ? filtered.WithoutParameters(culprits, basis) : null;

        async Task<OperatorEntries> FindAsync(OperatorEntries accepted, List<string> names)
        {
            var more = accepted with
            {
                Parameters = names.Aggregate(
                    accepted.Parameters, (all, name) => all.With(name, filtered.Entries.Parameters[name])),
            };
            var reading = await run(more);
            if (reading is null or { Started: true })
            {
                return more;
            }

            if (names.Count == 1)
            {
                culprits[names[0]] = reading.Fatal ?? reason;
                return accepted;
            }

            var half = names.Count / 2;
            return await FindAsync(await FindAsync(accepted, names[..half]), names[half..]);
        }
    }
}
