using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Ports.Postgres;
using Stolon.Postgres.Files;

namespace Stolon.Postgres.Configuring;

/// <summary>Starts a server with what it takes of its configuration: a mistake of the operator's must not keep it
/// down.</summary>
/// <param name="path">The data directory, for messages.</param>
/// <param name="launch">Starts it on the files that are there; false: it ended before it had taken them.</param>
internal sealed class ServerStart(
    string path, ConfigurationFiles files, ConfigurationSieve sieve, GoodConfiguration good, ILogger logger,
    Func<PostgresVersion, bool, CancellationToken, Task<bool>> launch)
{
    /// <exception cref="PostgresToolException">It does not start, with none of the operator's entries either; the
    /// message has the reason as far as it is known.</exception>
    public async Task<ConfigurationOutcome.Taken> RunAsync(
        PostgresVersion version, ServerConfiguration configuration, bool temporary, CancellationToken cancellationToken)
    {
        var sifted = await SiftAsync(anew: false);
        if (await LaunchAsync(sifted.Entries))
        {
            return Works(configuration, sifted);
        }

        // What was not tried because it had worked, or while the server ran and had its memory, is tried now.
        var again = await SiftAsync(anew: true);
        var reason = again.Problem ?? again.LeftOut.Except(sifted.LeftOut).FirstOrDefault()?.Reason
            ?? "it ended at once; what it said last is in the keeper's output or in PostgreSQL's own log";
        if (again.Entries != sifted.Entries && await FallBackAsync(again.Entries, "what it takes of it", reason))
        {
            return Works(configuration, again);
        }

        var (tried, known) = (again.Entries, good.Read()?.Entries);
        foreach (var (entries, what) in ((OperatorEntries?, string)[])
            [(known, "the last one that worked"), (OperatorEntries.None, "none but our own settings")])
        {
            var allowed = configuration.UsersKeptOut && entries is not null ? entries with { Hba = [] } : entries;
            if (allowed is not null && allowed != tried)
            {
                tried = allowed;
                if (await FallBackAsync(allowed, what, reason))
                {
                    return Works(configuration, Instead(OperatorEntries.Of(configuration), allowed, reason));
                }
            }
        }

        throw new PostgresToolException($"postgres does not start on {path}: {reason}");

        Task<Sifted> SiftAsync(bool anew) =>
            sieve.SiftAsync(version, configuration, temporary, running: false, anew, cancellationToken);

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

    /// <summary>It works with these. What was refused is not tried again under the running server: it would restart for
    /// nothing.</summary>
    private ConfigurationOutcome.Taken Works(ServerConfiguration configuration, Sifted sifted)
    {
        var asked = configuration.Parameters;
        good.Remember(configuration, new GoodSet(
            sifted.Entries,
            sifted.LeftOut
                .Where(e => e.Kind == LeftOutKind.Parameter && asked.ContainsKey(e.Name))
                .Select(e => new RefusedValue(e.Name, asked[e.Name], e.Reason))
                .ToValueList()));
        return new ConfigurationOutcome.Taken(sifted.LeftOut);
    }

    /// <summary>Which of the entries is to blame is not known: all that differ are named.</summary>
    private static Sifted Instead(OperatorEntries asked, OperatorEntries entries, string reason) => new(
        entries,
        [
            .. asked.ParametersUnlike(entries).Select(name => new LeftOutEntry(LeftOutKind.Parameter, name, reason)),
            .. asked.Hba
                .Select((line, at) => (line, at))
                .Where(l => !entries.Hba.Contains(l.line))
                .Select(l => new LeftOutEntry(LeftOutKind.Access, OperatorEntries.NameOf(l.at, l.line), reason)),
        ]);
}
