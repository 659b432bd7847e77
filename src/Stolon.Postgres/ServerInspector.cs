using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;
using Stolon.Postgres.Processes;
using Stolon.Postgres.Sql;
using Stolon.Postgres.Tools;

namespace Stolon.Postgres;

/// <summary>Inspects files, process and the server's answers; cheap enough to run every second.</summary>
internal sealed class ServerInspector(
    PostgresOptions options, DataDirectory directory, ServerTracker tracker, LocalServer local,
    ControlDataReader control, ServerProcesses processes, UpstreamLogin upstream, ILogger logger)
{
    /// <summary>An inspection runs often, so a server that takes longer counts as not answering.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5);

    private readonly WalDirectory _wal = new(directory, logger);

    public async Task<PostgresObservation> InspectAsync(PostgresVersion version, CancellationToken cancellationToken)
    {
        var server = tracker.Find();
        var (seen, unfollowed) = server is null ? (null, null) : await ServerAsync(version, server, cancellationToken);
        return new PostgresObservation
        {
            Version = version,
            Data = directory.IsInitialized(version) ? await DataAsync(version, server, cancellationToken) : null,
            DirectoryHasFiles = directory.HasFiles,
            WalDisk = Disk.Of(directory.File(DataDirectoryLayout.WalDirectory(version))),
            Server = seen,
            ReplicationPassword = await upstream.PasswordAsync(unfollowed, cancellationToken),
        };
    }

    private async Task<DataDirectoryObservation> DataAsync(
        PostgresVersion version, ServerProcess? server, CancellationToken cancellationToken)
    {
        var (data, mayPass) = await control.ReadAsync(server, cancellationToken);
        return new DataDirectoryObservation
        {
            Role = directory.Role(version),
            RecoveryPending = directory.RecoveryPending(version),
            Hba = directory.Hba,
            SystemIdentifier = data?.SystemIdentifier,
            Unreadable = mayPass,
            Timeline = data?.Timeline ?? Timeline.Unknown,
            TimelineHistory = data is null ? [] : _wal.KnownHistory(version, data.Timeline),
            CheckpointPosition = data?.LatestCheckpoint ?? Lsn.Unknown,
            ReplayedPosition = data?.MinRecoveryEnd ?? Lsn.Unknown,
            WalSegmentBytes = data?.WalSegmentBytes ?? WalFileName.DefaultSegmentBytes,
            StandbyMinimums = data?.StandbyMinimums ?? ValueMap<string, int>.Empty,
            ShutDownCleanly = server is null && data?.State is ControlState.ShutDown,
        };
    }

    /// <returns>With the observation: <see cref="UpstreamLogin.UnfollowedAsync"/>.</returns>
    private async Task<(ServerObservation Observation, string? Unfollowed)> ServerAsync(
        PostgresVersion version, ServerProcess server, CancellationToken cancellationToken)
    {
        var port = tracker.PortOf(server);

        // A frozen server accepts no new connections, though existing ones seem to work.
        var (answers, refuses, unfollowed) = port == 0 || server.IsFrozen
            ? (null, false, null)
            : await AnswersAsync(version, server, port, cancellationToken);
        return (processes.Describe(server, port) with { Answers = answers, RejectsKeeper = refuses }, unfollowed);
    }

    private async Task<(ServerAnswers? Answers, bool RejectsKeeper, string? Unfollowed)> AnswersAsync(
        PostgresVersion version, ServerProcess server, int port, CancellationToken cancellationToken)
    {
        var limit = options.RequestTimeout < AnswerLimit ? options.RequestTimeout : AnswerLimit;
        try
        {
            return await local.QueryAsync(
                "inspection",
                server,
                port,
                limit,
                async (connection, token) => (
                    (ServerAnswers?)await ServerQueries.InspectAsync(connection, version, token),
                    false,
                    await UpstreamLogin.UnfollowedAsync(connection, token)),
                cancellationToken);
        }
        catch (Exception e) when (e is PostgresToolException or TimeoutException)
        {
            return (null, LoginRefusal.Of(e, options.Superuser.Name)?.Kind == LoginRefusalKind.Refused, null);
        }
    }
}
