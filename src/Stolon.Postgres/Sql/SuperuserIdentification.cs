using Npgsql;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Sql;

/// <summary>The result of IDENTIFY_SYSTEM, by SQL as superuser: for when the replication user cannot log in. </summary>
internal static class SuperuserIdentification
{
    /// <summary>An expression; from PostgreSQL 10 on. The first 8 digits of a WAL file's name are its
    /// timeline.</summary>
    public const string PrimarysTimeline =
        "('x' || left(pg_walfile_name(pg_current_wal_flush_lsn()), 8))::bit(32)::int";

    /// <summary>Null: this standby receives nothing, and then no function returns its timeline; or PostgreSQL is older
    /// than 10.</summary>
    public static async Task<SystemIdentification?> QueryAsync(
        NpgsqlConnection connection, PostgresVersion version, CancellationToken cancellationToken)
    {
        if (!version.AtLeast(10))
        {
            return null;
        }

        // On a standby as IDENTIFY_SYSTEM: received or replayed, whichever is further.
        await using var command = new NpgsqlCommand(
            $"""
            select (select system_identifier::text from pg_control_system()),
                case when pg_is_in_recovery()
                    then (select received_tli from pg_stat_wal_receiver where status = 'streaming')
                    else {PrimarysTimeline}
                end::text,
                case when pg_is_in_recovery()
                    then greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn())
                    else pg_current_wal_flush_lsn()
                end::text
            """,
            connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return !row.IsDBNull(0) && !row.IsDBNull(1) && !row.IsDBNull(2)
            && ulong.TryParse(row.GetString(1), out var timeline) && Lsn.TryParse(row.GetString(2), out var position)
                ? new SystemIdentification(row.GetString(0), new Timeline(timeline), position)
                : null;
    }

    /// <summary>The server this standby receives WAL from now, as <see cref="Core.Model.PostgresReport.StreamsFrom"/>;
    /// null: none, or PostgreSQL is older than 11.</summary>
    /// <remarks>A receiver of an idle server gets a message at least every 30 s (wal_receiver_timeout, half of it).
    /// </remarks>
    public static async Task<string?> SourceAsync(
        NpgsqlConnection connection, PostgresVersion version, CancellationToken cancellationToken)
    {
        if (!version.AtLeast(11))
        {
            return null;
        }

        await using var command = new NpgsqlCommand(
            """
            select sender_host || ':' || sender_port from pg_stat_wal_receiver
            where status = 'streaming' and last_msg_receipt_time > clock_timestamp() - interval '40 s'
            """,
            connection);
        return await command.ExecuteScalarAsync(cancellationToken) as string;
    }
}
