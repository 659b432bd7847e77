using Npgsql.Replication;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Sql;

/// <summary>The identity and position of a server.</summary>
/// <param name="SystemIdentifier">Decimal.</param>
/// <param name="Position">A primary's flushed position; a standby's received or replayed one, whichever is further on
/// its timeline.</param>
internal sealed record SystemIdentification(string SystemIdentifier, Timeline Timeline, Lsn Position)
{
    /// <summary>Runs IDENTIFY_SYSTEM on a replication connection (manual, "Streaming Replication Protocol").</summary>
    /// <remarks>No SQL function returns the timeline that a standby replays: pg_control lags behind until a
    /// restartpoint, and pg_stat_wal_receiver is empty without a connection. This connection also proves each time that
    /// the server still accepts new connections, and that its standbys' user can log in.</remarks>
    public static async Task<SystemIdentification> QueryAsync(
        PostgresOptions options, CurrentLogin replication, int port, CancellationToken cancellationToken) =>
        await replication.TryAsync(async login =>
        {
            var route = LocalRoute.All(options, port)[0];
            await using var connection = new PhysicalReplicationConnection(
                LocalConnection.Replication(options, route, port, login));
            await connection.Open(cancellationToken);
            var answer = await connection.IdentifySystem(cancellationToken);
            return new SystemIdentification(
                answer.SystemId, new Timeline(answer.Timeline), new Lsn((ulong)answer.XLogPos));
        });
}
