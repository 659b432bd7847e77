using Stolon.Core.Keeper;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Configuring;

/// <summary>Tries a configuration with less and less of the operator's entries, until PostgreSQL takes it.</summary>
/// <param name="asked">What the operator asked for.</param>
/// <param name="former">What worked before; null: not known.</param>
/// <param name="run">Tries these entries; null: it could not be tried.</param>
internal sealed class TrialSeries(
    ServerConfiguration configuration, OperatorEntries asked, OperatorEntries? former,
    Func<OperatorEntries, Task<TrialReading?>> run)
{
    /// <summary>A trial names all mistakes of one kind at once, and there are a few kinds; a former value may be
    /// refused, too.</summary>
    private const int Rounds = 10;

    public async Task<Sifted> RunAsync(Sifted sifted)
    {
        for (var round = 0; round < Rounds; round++)
        {
            if (await run(sifted.Entries) is not { } reading)
            {
                return sifted;
            }

            var parameters = reading.Parameters.Where(p => sifted.Has(p.Key)).ToList();
            var lines = OperatorsLines(reading.HbaLines, configuration, sifted);
            if (parameters.Count > 0)
            {
                sifted = sifted.WithoutParameters(parameters, former);
            }
            else if (reading.Started)
            {
                return sifted;
            }
            else if (lines.Count > 0)
            {
                sifted = sifted.WithoutLines(lines, asked, former);
            }
            else
            {
                return await WithoutCulpritsAsync(sifted, reading.Fatal ?? "PostgreSQL ends, and does not say why");
            }
        }

        return sifted;
    }

    /// <summary>The lines of pg_hba.conf that are the operator's, by their place among these, from 0.</summary>
    public static List<KeyValuePair<int, string>> OperatorsLines(
        IEnumerable<KeyValuePair<int, string>> lines, ServerConfiguration configuration, Sifted sifted) =>
    [
        .. lines
            .Select(l => new KeyValuePair<int, string>(l.Key - configuration.OwnHbaLines - 1, l.Value))
            .Where(l => l.Key >= 0 && l.Key < sifted.Entries.Hba.Count),
    ];

    /// <summary>It ended without a name: the parameters that have changed since it worked are given to it by
    /// halves.</summary>
    private async Task<Sifted> WithoutCulpritsAsync(Sifted sifted, string reason)
    {
        var changed = sifted.Entries.ParametersUnlike(former ?? OperatorEntries.None).Where(sifted.Has).ToList();
        var without = changed.Aggregate(
            sifted.Entries, (all, name) => all.WithFormer(name, former ?? OperatorEntries.None));
        if (changed.Count == 0 || await run(without) is not { Started: true })
        {
            return sifted with { Problem = reason };
        }

        var culprits = new Dictionary<string, string>(StringComparer.Ordinal);
        await FindAsync(without, changed);
        return sifted.WithoutParameters(culprits, former);

        async Task<OperatorEntries> FindAsync(OperatorEntries accepted, List<string> names)
        {
            var more = accepted with
            {
                Parameters = names.Aggregate(
                    accepted.Parameters, (all, name) => all.With(name, sifted.Entries.Parameters[name])),
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
