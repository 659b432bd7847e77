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
    /// <summary>For a question after another one has used up the time.</summary>
    private static readonly TimeSpan LeastLimit = TimeSpan.FromSeconds(1);

    private readonly WalDirectory _wal = new(directory, logger);
    private string? _trouble;
    private bool _hung;

    /// <summary>Healthy when everything could be learned within the request timeout, whoever was asked. What keeps the
    /// keeper from asking is not the server's sickness: that is told apart, with whether the server serves.</summary>
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
            report = await QueryAsync(report, server!, cancellationToken) with { WriteProblem = questions.WriteProblem };
        }

        Note(report);
        return report;
    }

    /// <returns>Why nobody can be asked; null: the server can.</returns>
    private string? Running(PostgresVersion version, out ObservedServer? running)
    {
        running = null;
        if (tracker.Find() is not { } server)
        {
            return "postgres does not run";
        }

        if (server.IsFrozen)
        {
            // Its kept connections would still answer, but nobody can make a new one.
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
        // Whoever has hung once is not given all the time again: while it lasts, news of it must not grow old.
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

        // After what was replayed, so that it is not behind that. Asked even when the superuser got no answer: it
        // proves each time that the server still takes connections.
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

        // A refusal, too, shows that the server takes connections; another kind of failure does not.
        var identification = identity.Answer
            ?? (identity.LoginRefusal is { Kind: LoginRefusalKind.Refused } && state.Answer is not null
                ? await questions.IdentifyAsSuperuserAsync(server, cancellationToken)
                : null);
        var obstacle = state.LoginRefusal?.Text ?? identity.LoginRefusal?.Text ?? questions.MissingSocket(server);
        return identification is not null && state.Answer is not null
            ? Observed(report, server.Version, identification, state.Answer, obstacle)
            : await UnobservedAsync(report, server, state.LoginRefusal, identity.LoginRefusal, cancellationToken);
    }

    /// <summary>Healthy, unless its timeline's history cannot be read: whose history its data are of is not to be
    /// guessed, and that is no sickness of the server's either, which has answered.</summary>
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

    // Once per reason: an observation comes every few seconds.
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
