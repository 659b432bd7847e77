using System.Globalization;
using Npgsql;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Postgres.Sql;

/// <summary>The keeper's SQL queries to its server.</summary>
internal static class ServerQueries
{
    // No slot or application name we read holds a line feed: slots by PostgreSQL's rules, standbys by ours.
    private const char Separator = '\n';

    private const string InSync =
        "(select string_agg(application_name, E'\\n') from pg_stat_replication where sync_state = 'sync')";

    private const string PendingRestart =
        "(select string_agg(name, E'\\n' order by name) from pg_settings where pending_restart)";

    private static readonly string StandbyParameters =
        string.Join(", ", StandbyRequirements.Parameters.Select(p => $"'{p}'"));

    /// <summary>One round trip for everything an inspection needs.</summary>
    public static async Task<ServerAnswers> InspectAsync(
        NpgsqlConnection connection, PostgresVersion version, CancellationToken cancellationToken)
    {
        var permanent = version.AtLeast(10) ? "where not temporary" : "";
        await using var command = new NpgsqlCommand(
            $"""
            select pg_is_in_recovery(), current_setting('listen_addresses'),
                exists (select from pg_settings where pending_restart),
                (select string_agg(slot_name, E'\n' order by slot_name) from pg_replication_slots {permanent}),
                {InSync},
                (select string_agg(name || '=' || setting, E'\n') from pg_settings where name in ({StandbyParameters})),
                {PendingRestart},
                current_setting('synchronous_standby_names'), current_setting('unix_socket_directories')
            """,
            connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return new ServerAnswers
        {
            InRecovery = row.GetBoolean(0),
            ListenAddresses = row.GetString(1),
            PendingRestart = row.GetBoolean(2),
            Slots = Split(row.IsDBNull(3) ? null : row.GetString(3)).ToValueList(),
            SynchronousStandbys = Instances(row.IsDBNull(4) ? null : row.GetString(4)),
            StandbySettings = Split(row.GetString(5))
                .Select(s => s.Split('='))
                .ToValueMap(s => s[0], s => int.Parse(s[1], CultureInfo.InvariantCulture)),
            PendingParameters = Split(row.IsDBNull(6) ? null : row.GetString(6)).ToValueList(),
            SynchronousStandbyNames = row.GetString(7),
            SocketDirectories = row.GetString(8),
        };
    }

    /// <summary>The standbys in sync (docs/spec/keeper.md 7.3), and how far a standby has replayed; unknown on a
    /// primary, where PostgreSQL still reports the position of its promotion, and before PostgreSQL 10.</summary>
    /// <returns>And the parameters that wait for a restart.</returns>
    public static async Task<(ValueList<InstanceUid> SynchronousStandbys, Lsn Replayed, ValueList<string> Pending)>
        ReplicationAsync(
            NpgsqlConnection connection, PostgresVersion version, CancellationToken cancellationToken)
    {
        var replayed = version.AtLeast(10) ? "pg_last_wal_replay_lsn()" : "null";
        await using var command = new NpgsqlCommand(
            $"select {InSync}, case when pg_is_in_recovery() then {replayed} end::text, {PendingRestart}", connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        await row.ReadAsync(cancellationToken);
        return (
            Instances(row.IsDBNull(0) ? null : row.GetString(0)),
            Lsn.TryParse(row.IsDBNull(1) ? null : row.GetString(1), out var lsn) ? lsn : Lsn.Unknown,
            Split(row.IsDBNull(2) ? null : row.GetString(2)).ToValueList());
    }

    /// <summary>Writes a little WAL on a primary with synchronous standbys: commits that waited for other standbys are
    /// released only by the next reply of the new ones, which without WAL comes after wal_receiver_status_interval (10
    /// s).</summary>
    /// <remarks>The session does not wait for standbys itself (<see cref="LocalConnection.SessionSettings"/>). Logical
    /// decoding with messages shows an empty one named "stolon".</remarks>
    /// <returns>Nothing that matters.</returns>
    public static async Task<string> MakeStandbysAnswerAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            """
            select pg_logical_emit_message(true, 'stolon', '')::text
            where not pg_is_in_recovery() and current_setting('synchronous_standby_names') <> ''
            """,
            connection);
        return await command.ExecuteScalarAsync(cancellationToken) as string ?? "";
    }

    /// <summary>docs/spec/keeper.md 7.2: the parameters in the configuration files, without the managed ones.</summary>
    public static async Task<ValueMap<string, string>> FileParametersAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select name, setting from pg_file_settings where name is not null and setting is not null order by seqno",
            connection);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var parameters = new Dictionary<string, string>(StringComparer.Ordinal);
        while (await row.ReadAsync(cancellationToken))
        {
            parameters[row.GetString(0)] = row.GetString(1);
        }

        return ManagedParameters.Remove(parameters.ToValueMap());
    }

    /// <summary>Whether the server answers at all.</summary>
    public static async Task<bool> IsInRecoveryAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select pg_is_in_recovery()", connection);
        return await command.ExecuteScalarAsync(cancellationToken) is true;
    }

    /// <summary>The names in force in this session.</summary>
    public static async Task<string> SynchronousStandbyNamesAsync(
        NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select current_setting('synchronous_standby_names')", connection);
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>The server's clock, as text for <see cref="TookConfigurationSinceAsync"/>.</summary>
    public static async Task<string> TimeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("select clock_timestamp()::text", connection);
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Whether this session has read the configuration since then: "yes", or "no", as after a mistake in it.
    /// </summary>
    public static async Task<string> TookConfigurationSinceAsync(
        NpgsqlConnection connection, string time, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            "select case when pg_conf_load_time() >= $1::timestamptz then 'yes' else 'no' end", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = time });
        return (string)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    public static Task<int> CreateSlotAsync(
        NpgsqlConnection connection, string name, CancellationToken cancellationToken) =>
        OfSlotAsync(connection, "select pg_create_physical_replication_slot($1, true)", name, cancellationToken);

    public static Task<int> DropSlotAsync(
        NpgsqlConnection connection, string name, CancellationToken cancellationToken) =>
        OfSlotAsync(connection, "select pg_drop_replication_slot($1)", name, cancellationToken);

    private static async Task<int> OfSlotAsync(
        NpgsqlConnection connection, string sql, string name, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = name });
        return await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static ValueList<InstanceUid> Instances(string? applicationNames) =>
        Split(applicationNames).Select(ReplicationSlotName.InstanceOf).OfType<InstanceUid>().ToSortedSet();

    private static string[] Split(string? joined) => joined is null ? [] : joined.Split(Separator);
}
