using Npgsql;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;
using Stolon.Postgres.Processes;
using Stolon.Postgres.Sql;

namespace Stolon.Postgres.Configuration;

/// <summary>Makes a running server read its configuration, and checks which settings it applied.</summary>
internal sealed class ServerReload(
    DataDirectory directory, ServerTracker tracker, LocalServer local, ConfigurationFilter filter,
    LastGoodConfiguration good, TimeProvider time)
{
    private const string Names = "synchronous_standby_names";

    /// <summary>Each round leaves out all entries that the server names, so the rounds end.</summary>
    private const int Rounds = 5;

    /// <summary>Reading the files is a matter of milliseconds.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Answer = TimeSpan.FromSeconds(5);

    private readonly ConfigurationFiles _files = new(directory);

    /// <summary>Returns when the server has read the new files, so that later steps run under them, or when it has not
    /// read them, or this cannot be determined.</summary>
    public async Task<ConfigurationOutcome> RunAsync(
        PostgresVersion version, ServerProcess server, ServerConfiguration configuration,
        CancellationToken cancellationToken)
    {
        var filtered = await filter.FilterAsync(
            version, configuration, temporary: false, running: true, always: false, cancellationToken);
        var before = await QueryAsync(server, ServerQueries.TimeAsync, cancellationToken);
        (filtered, var trouble) = await WriteAsync(version, server, configuration, filtered, cancellationToken);

        // SIGHUP is what pg_ctl reload sends.
        if (!server.Signal(ProcessCalls.SignalHangUp))
        {
            throw new PostgresToolException($"the postgres process on {directory.Path} ended");
        }

        if (before is null || trouble is null)
        {
            return new ConfigurationOutcome.Unknown(
                "PostgreSQL does not answer, so it is unknown which settings it applied");
        }

        var outcome = await TakenAsync(server, before, cancellationToken)
            ? await CheckOutcomeAsync(version, server, configuration, filtered, cancellationToken)
            : NotRead(trouble);
        await QueryAsync(server, ServerQueries.MakeStandbysAnswerAsync, cancellationToken);
        return outcome;
    }

    /// <summary>From the first commit on, commits must wait for the correct standbys, because a promotion cannot be
    /// undone.</summary>
    /// <exception cref="PostgresToolException">Other names are in force, or they are unknown.</exception>
    public async Task RequireNamesAsync(
        ServerProcess server, ServerConfiguration configuration, CancellationToken cancellationToken)
    {
        var wanted = Wanted(configuration);
        if (wanted.Length > 0
            && await QueryAsync(server, ServerQueries.SynchronousStandbyNamesAsync, cancellationToken) is var inForce
            && inForce != wanted)
        {
            throw new PostgresToolException(
                $"not promoted: {Names} must be \"{wanted}\" before, and is \"{inForce ?? "unknown"}\"");
        }
    }

    /// <returns>What was written, and the server's view of it; null: it did not answer.</returns>
    private async Task<(FilteredConfiguration FilteredConfiguration, FileTrouble? Trouble)> WriteAsync(
        PostgresVersion version, ServerProcess server, ServerConfiguration configuration,
        FilteredConfiguration filtered,
        CancellationToken cancellationToken)
    {
        for (var round = 0; ; round++)
        {
            _files.Write(version, filtered.Entries.In(configuration), temporary: false);
            var trouble = await TroubleAsync(version, server, cancellationToken);
            if (trouble is null || round == Rounds
                || filter.FilterFurther(configuration, filtered, trouble) is not { } less)
            {
                return (filtered, trouble);
            }

            filtered = less;
        }
    }

    private async Task<bool> TakenAsync(ServerProcess server, string before, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (await QueryAsync(server, Taken, cancellationToken) is not "yes")
        {
            if (server.HasExited || time.GetElapsedTime(started) > Limit)
            {
                return false;
            }

            await Task.Delay(Poll, time, cancellationToken);
        }

        return true;

        Task<string> Taken(NpgsqlConnection connection, CancellationToken token) =>
            ServerQueries.TookConfigurationSinceAsync(connection, before, token);
    }

    private async Task<ConfigurationOutcome> CheckOutcomeAsync(
        PostgresVersion version, ServerProcess server, ServerConfiguration configuration,
        FilteredConfiguration filtered,
        CancellationToken cancellationToken)
    {
        if (await TroubleAsync(version, server, cancellationToken) is not { } trouble)
        {
            return new ConfigurationOutcome.Unknown(
                "PostgreSQL does not answer after the reload");
        }

        var reasons = trouble.Reasons.ToList();
        if (trouble.SynchronousStandbyNames != Wanted(configuration))
        {
            reasons.Add($"{Names} is \"{trouble.SynchronousStandbyNames}\", not \"{Wanted(configuration)}\"");
        }

        if (reasons.Count > 0)
        {
            return new ConfigurationOutcome.Rejected(reasons.ToValueList());
        }

        Remember(configuration, filtered, trouble.Pending);
        return new ConfigurationOutcome.Applied([.. filtered.LeftOut, .. trouble.Elsewhere]);
    }

    /// <summary>A value that waits for a restart is not proven, so its former value is kept.</summary>
    private void Remember(ServerConfiguration configuration, FilteredConfiguration filtered, ValueList<string> pending)
    {
        var known = good.Read();
        var works = pending.Aggregate(
            filtered.Entries, (all, name) => all.WithPrevious(name, known?.Entries ?? OperatorEntries.None));
        good.Remember(configuration, new GoodSet(works, known?.Refused ?? []));
    }

    private static ConfigurationOutcome NotRead(FileTrouble trouble)
    {
        var reasons = trouble.Reasons.ToValueList();
        return reasons.IsEmpty
            ? new ConfigurationOutcome.Unknown(
                $"PostgreSQL has not read its configuration within {Limit.TotalSeconds:0} s")
            : new ConfigurationOutcome.Rejected(reasons);
    }

    private static string Wanted(ServerConfiguration configuration) =>
        configuration.Parameters.TryGetValue(Names, out var names) ? names : "";

    private Task<FileTrouble?> TroubleAsync(
        PostgresVersion version, ServerProcess server, CancellationToken cancellationToken) =>
        QueryAsync(
            server,
            (connection, token) =>
                ConfigurationFileQueries.QueryAsync(connection, version, directory.File("pg_hba.conf"), token),
            cancellationToken);

    /// <summary>Null: it did not answer.</summary>
    private async Task<T?> QueryAsync<T>(
        ServerProcess server, Func<NpgsqlConnection, CancellationToken, Task<T>> question,
        CancellationToken cancellationToken)
        where T : class
    {
        try
        {
            return tracker.PortOf(server) is > 0 and var port && !server.IsFrozen
                ? await local.AskInNewSessionAsync("reload", server, port, Answer, question, cancellationToken)
                : null;
        }
        catch (Exception e) when (e is PostgresToolException or TimeoutException)
        {
            return null;
        }
    }
}
