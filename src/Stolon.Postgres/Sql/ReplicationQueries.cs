using System.Globalization;
using Npgsql;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Sql;

/// <summary>Reads which standbys stream from the server, how far, and how much WAL the slots keep.</summary>
internal static class ReplicationQueries
{
    /// <summary>None of our names contains one; a line that cannot be split as expected is skipped.</summary>
    private const char Field = '=';

    /// <returns>Streams null: a standby without downstream standbys, which has nothing to report. Slots null: before
    /// PostgreSQL 10.</returns>
    public static async Task<(ValueList<StandbyStream>? Streams, ValueList<SlotUse>? Slots)> QueryAsync(
        NpgsqlConnection connection, PostgresVersion version, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql(version), connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        var inRecovery = row.GetBoolean(0);
        var streams = Streams(row.IsDBNull(1) ? "" : row.GetString(1));
        return (
            inRecovery && streams.IsEmpty ? null : streams,
            version.AtLeast(10) ? Slots(row.IsDBNull(2) ? "" : row.GetString(2)) : null);
    }

    private static string Sql(PostgresVersion version)
    {
        var flushed = version.AtLeast(10) ? "flush_lsn" : "flush_location";
        var status = version.AtLeast(13) ? "coalesce(wal_status, '')" : "''";
        var slots = version.AtLeast(10)
            ? $"""
              (select string_agg(slot_name || '=' || active || '=' || coalesce(pg_wal_lsn_diff(
                      case when pg_is_in_recovery() then pg_last_wal_receive_lsn() else pg_current_wal_lsn() end,
                      restart_lsn), 0) || '=' || {status}, E'\n' order by slot_name)
                  from pg_replication_slots where not temporary)
              """
            : "null";
        return $"""
            select pg_is_in_recovery(),
                (select string_agg(application_name || '=' || state || '=' || coalesce({flushed}::text, ''), E'\n'
                        order by application_name, state)
                    from pg_stat_replication where application_name like 'stolon\_%'),
                {slots}
            """;
    }

    private static ValueList<StandbyStream> Streams(string lines) => lines.Split('\n')
        .Select(line => line.Split(Field) is [var name, var state, var flushed]
            && ReplicationSlotName.InstanceOf(name) is { } instance
                ? new StandbyStream(instance, state, Lsn.TryParse(flushed, out var lsn) ? lsn : Lsn.Unknown)
                : null)
        .OfType<StandbyStream>()
        .ToValueList();

    private static ValueList<SlotUse> Slots(string lines) => lines.Split('\n')
        .Select(line => line.Split(Field) is [var name, var active, var retained, var status]
            ? new SlotUse(name, active is "t" or "true", Bytes(retained), status.Length == 0 ? null : status)
            : null)
        .OfType<SlotUse>()
        .ToValueList();

    private static long Bytes(string text) =>
        decimal.TryParse(text, NumberStyles.Number, CultureInfo.InvariantCulture, out var bytes)
            ? (long)Math.Max(0, bytes)
            : 0;
}
