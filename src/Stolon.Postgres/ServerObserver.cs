using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;
using Stolon.Postgres.Processes;
using Stolon.Postgres.Sql;

namespace Stolon.Postgres;

/// <summary>Reads the state that is published (docs/spec/keeper.md 7).</summary>
internal sealed class ServerObserver(
    PostgresOptions options, DataDirectory directory, ServerTracker tracker, ObserverQueries questions,
    TimeProvider time, ILogger logger)
{
    /// <summary>Minimum time for a query when an earlier one has used up the limit.</summary>
    private static readonly TimeSpan LeastLimit = TimeSpan.FromSeconds(1);

    private readonly WalDirectory _wal = new(directory, logger);
    private string? _trouble;
    private bool _hung;

    /// <summary>Healthy when all queries succeeded within the request timeout, by whichever way. A reason that only
    /// prevents the keeper from querying does not make the server unhealthy; it is reported separately, with whether
    /// the server serves.</summary>
    public async Task<PostgresReport> ObserveAsync(PostgresVersion version, CancellationToken cancellationToken)
    {
        var report = new PostgresReport();
        if (!directory.IsInitialized(version))
        {
            return report;
        }

        if (Running(version, out var server) is { } down)
        {
            report = Unhealthy(report, down);
        }
        else
        {
            questions.TryWriting(server!);
            report = await QueryAsync(report, server!, cancellationToken) with
            {
                WriteProblem = questions.WriteProblem,
            };
        }

        Note(report);
        return report;
    }

    /// <returns>Why the server cannot be queried; null: it can.</returns>
    private string? Running(PostgresVersion version, out ObservedServer? running)
    {
        running = null;
        if (tracker.Find() is not { } server)
        {
            return "postgres does not run";
        }

        if (server.IsFrozen)
        {
            // Existing connections would seem to work, but the server accepts no new ones.
            return $"the postgres process {server.Id} is stopped by a signal";
        }

        if (tracker.PortOf(server) is not (> 0 and var port))
        {
            return "postgres does not listen on its port yet";
        }

        running = new ObservedServer(server, port, version);
        return null;
    }

    private async Task<PostgresReport> QueryAsync(
        PostgresReport report, ObservedServer server, CancellationToken cancellationToken)
    {
        // After a timeout, the next limit is shorter, so that reports stay current while the server hangs.
        var limit = _hung ? options.RequestTimeout / 2 : options.RequestTimeout;
        var started = time.GetTimestamp();
        var state = await questions.QueryServerAsync(server, limit, cancellationToken);
        if (state.Answer is { } answer)
        {
            report = report with
            {
                PgParameters = answer.PgParameters,
                SynchronousStandbys = answer.SynchronousStandbys,
                StreamsFrom = answer.StreamsFrom,
                Streams = answer.Streams,
                Slots = answer.Slots,
                PendingRestart = answer.PendingRestart,
            };
        }

        // Queried after the replayed position, so that it is not behind that. Queried even when the superuser's query
        // failed, because it proves each time that the server still accepts connections.
        var left = limit - time.GetElapsedTime(started);
        var identity = state.IsServerFailure
            ? new QueryResult<SystemIdentification>(null, null, state.Trouble)
            : await questions.IdentifyAsync(server, left > LeastLimit ? left : LeastLimit, cancellationToken);
        _hung = state.LoginRefusal?.Kind == LoginRefusalKind.TimedOut
            || identity.LoginRefusal?.Kind == LoginRefusalKind.TimedOut;
        if (state.IsServerFailure || identity.IsServerFailure)
        {
            return Unhealthy(report, (state.IsServerFailure ? state.Trouble : identity.Trouble)!);
        }

        // A refusal also shows that the server accepts connections; another kind of failure does not.
        var identification = identity.Answer
            ?? (identity.LoginRefusal is { Kind: LoginRefusalKind.Refused } && state.Answer is not null
                ? await questions.IdentifyAsSuperuserAsync(server, cancellationToken)
                : null);
        var obstacle = state.LoginRefusal?.Text ?? identity.LoginRefusal?.Text ?? questions.MissingSocket(server);
        return identification is not null && state.Answer is not null
            ? Observed(report, server.Version, identification, state.Answer, obstacle)
            : await UnobservedAsync(report, server, state.LoginRefusal, identity.LoginRefusal, cancellationToken);
    }

    /// <summary>Healthy, unless its timeline history cannot be read. The history must not be guessed, and the server,
    /// which has answered, is not unhealthy either.</summary>
    private PostgresReport Observed(
        PostgresReport report, PostgresVersion version, SystemIdentification identification, ServerState state,
        string? obstacle)
    {
        try
        {
            return report with
            {
                SystemIdentifier = identification.SystemIdentifier,
                Timeline = identification.Timeline,
                Position = identification.Position,
                ReplayedPosition = state.Replayed,
                TimelineHistory = _wal.History(version, identification.Timeline),
                OldestWalFile = _wal.OldestFile(version),
                WalDisk = _wal.Disk(version),
                Healthy = true,
                Obstacle = obstacle,
            };
        }
        catch (PostgresToolException e)
        {
            return Unobserved(
                report, $"{e.Message}; put the file back from the archive or another instance", serves: true);
        }
    }

    private async Task<PostgresReport> UnobservedAsync(
        PostgresReport report, ObservedServer server, LoginRefusal? one, LoginRefusal? other,
        CancellationToken cancellationToken)
    {
        var hindrances = new[] { one, other }.OfType<LoginRefusal>().ToList();
        var worst = hindrances.Max(h => h.Kind);
        var serves = await questions.ServesAsync(server, worst, cancellationToken);
        return Unobserved(report, hindrances.First(h => h.Kind == worst).Text, serves);
    }

    private static PostgresReport Unobserved(PostgresReport report, string obstacle, bool serves) => report with
    {
        Obstacle = obstacle,
        Reason = $"the keeper cannot observe it{(serves ? ", though it serves" : "")}: {obstacle}",
        Serves = serves,
    };

    private static PostgresReport Unhealthy(PostgresReport report, string reason) =>
        report with { Healthy = false, Reason = reason };

    // Once per reason, because an observation runs every few seconds.
    private void Note(PostgresReport report)
    {
        var trouble = report.Healthy ? report.Obstacle : report.Reason;
        if (trouble == _trouble)
        {
            return;
        }

        if (trouble is null)
        {
            PostgresLog.ObservedAgain(logger);
        }
        else if (report.Healthy)
        {
            PostgresLog.ObservedWithObstacle(logger, trouble);
        }
        else
        {
            PostgresLog.CannotObserve(logger, trouble);
        }

        _trouble = trouble;
    }
}
