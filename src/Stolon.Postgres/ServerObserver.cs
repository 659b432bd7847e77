using Microsoft.Extensions.Logging;
using Npgsql;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Ports.Postgres;
using Stolon.Postgres.Files;
using Stolon.Postgres.Processes;
using Stolon.Postgres.Sql;

namespace Stolon.Postgres;

/// <summary>Reads the state that is published (keeper.md 7).</summary>
internal sealed class ServerObserver(
    PostgresOptions options, DataDirectory directory, ServerTracker tracker, LocalServer local, TimeProvider time,
    ILogger logger)
{
    private readonly WalDirectory _wal = new(directory, logger);
    private string? _trouble;

    /// <summary>Healthy only when every question was answered within the request timeout, all together.</summary>
    public async Task<PostgresReport> ObserveAsync(PostgresVersion version, CancellationToken cancellationToken)
    {
        var report = new PostgresReport { ListenAddress = options.AdvertiseAddress, Port = options.AdvertisePort };
        if (!directory.IsInitialized(version))
        {
            return report;
        }

        // Kept outside, so that what was gathered before the trouble is reported.
        var gathered = report;
        try
        {
            await Deadline.RunAsync(
                "state of postgres",
                options.RequestTimeout,
                time,
                async token =>
                {
                    await foreach (var more in GatherAsync(report, version, token))
                    {
                        gathered = more;
                    }

                    return 0;
                },
                cancellationToken);
        }
        catch (Exception e) when (e is PostgresToolException or TimeoutException or NpgsqlException or FormatException)
        {
            Note(e.Message);
            return gathered with { Healthy = false, Reason = e.Message };
        }

        Note(null);
        return gathered;
    }

    private async IAsyncEnumerable<PostgresReport> GatherAsync(
        PostgresReport report, PostgresVersion version,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var server = tracker.Find() ?? throw new PostgresToolException("postgres does not run");
        if (server.IsFrozen)
        {
            // Its kept connections would still answer, but nobody can make a new one.
            throw new PostgresToolException($"the postgres process {server.Id} is stopped by a signal");
        }

        var port = tracker.PortOf(server) is > 0 and var written ? written
            : throw new PostgresToolException("postgres does not listen on its port yet");
        var (parameters, replication, (streams, slots)) = await local.AskAsync(
            "state of postgres",
            server,
            port,
            options.RequestTimeout,
            async (connection, token) => (
                await ServerQuestions.FileParametersAsync(connection, token),
                await ServerQuestions.ReplicationAsync(connection, version, token),
                await ReplicationQuestions.AskAsync(connection, version, token)),
            cancellationToken);
        report = report with
        {
            PgParameters = parameters,
            SynchronousStandbys = replication.SynchronousStandbys,
            Streams = streams,
            Slots = slots,
            PendingRestart = replication.Pending,
        };
        yield return report;

        // After what was replayed, so that it is not behind that.
        var identification = await SystemIdentification.AskAsync(options, port, cancellationToken);
        report = report with
        {
            SystemIdentifier = identification.SystemIdentifier,
            Timeline = identification.Timeline,
            Position = identification.Position,
            ReplayedPosition = replication.Replayed,
        };
        yield return report;
        yield return report with
        {
            TimelineHistory = _wal.History(version, identification.Timeline),
            OldestWalFile = _wal.OldestFile(version),
            WalDisk = _wal.Disk(version),
            Healthy = true,
        };
    }

    // Once per reason: an observation comes every few seconds.
    private void Note(string? trouble)
    {
        if (trouble == _trouble)
        {
            return;
        }

        if (trouble is not null)
        {
            PostgresLog.CannotObserve(logger, trouble);
        }
        else
        {
            PostgresLog.ObservedAgain(logger);
        }

        _trouble = trouble;
    }
}
