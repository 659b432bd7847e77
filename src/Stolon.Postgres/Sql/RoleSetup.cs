using Microsoft.Extensions.Logging;
using Npgsql;
using Stolon.Core.Common;

namespace Stolon.Postgres.Sql;

/// <summary>Gives a new server its two roles (keeper.md 4.4).</summary>
internal static class RoleSetup
{
    // Nothing may write our statements to the server's log, not even when one fails or is slow.
    private const string Silence =
        "set local log_statement = 'none'; set local log_min_duration_statement = -1; "
        + "set local log_min_error_statement = 'panic'";

    public static async Task<int> RunAsync(
        NpgsqlConnection connection, PostgresOptions options, ILogger logger, CancellationToken cancellationToken)
    {
        var superuser = Identifier(options.SuperuserName);
        var superuserPassword = Password(options.SuperuserPassword);
        if (options.SuperuserName == options.ReplicationName)
        {
            await ExecuteAsync(
                connection, $"alter role {superuser} with login replication{superuserPassword}", cancellationToken);
            PostgresLog.ReplicationRoleAddedToSuperuser(logger);
            return 1;
        }

        if (options.SuperuserPassword is not null)
        {
            await ExecuteAsync(connection, $"alter role {superuser} with{superuserPassword}", cancellationToken);
            PostgresLog.SuperuserPasswordSet(logger);
        }

        var replication = Identifier(options.ReplicationName);
        var replicationPassword = Password(options.ReplicationPassword);
        await ExecuteAsync(
            connection, $"create role {replication} with login replication{replicationPassword}", cancellationToken);
        PostgresLog.ReplicationRoleCreated(logger, options.ReplicationName);
        return 2;
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string statement, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        foreach (var sql in (string[])[.. Silence.Split(';'), statement])
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    private static string Identifier(string name) => "\"" + name.Replace("\"", "\"\"") + "\"";

    // An escape string means the same whatever standard_conforming_strings is.
    private static string Password(Secret? password) => password is null ? ""
        : " password E'" + password.Reveal.Replace("\\", "\\\\").Replace("'", "\\'") + "'";
}
