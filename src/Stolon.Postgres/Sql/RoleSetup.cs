using Microsoft.Extensions.Logging;
using Npgsql;
using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Postgres.Sql;

/// <summary>Gives a new server its two roles (docs/spec/keeper.md 4.4).</summary>
internal static class RoleSetup
{
    // Nothing may write our statements to the server's log, not even when one fails or is slow.
    private const string Silence =
        "set local log_statement = 'none'; set local log_min_duration_statement = -1; "
        + "set local log_min_error_statement = 'panic'";

    // Names and passwords are the bytes that clients send, whatever the encoding of this database: not converted to it.
    private const string AsSent = "set local client_encoding = 'SQL_ASCII'";

    public static async Task<int> RunAsync(
        NpgsqlConnection connection, Login superuser, Login replication, ILogger logger,
        CancellationToken cancellationToken)
    {
        if (superuser.Name == replication.Name)
        {
            await ExecuteAsync(connection, "alter role", superuser, "login replication", cancellationToken);
            PostgresLog.ReplicationRoleAddedToSuperuser(logger);
            return 1;
        }

        if (superuser.Password is not null)
        {
            await ExecuteAsync(connection, "alter role", superuser, "", cancellationToken);
            PostgresLog.SuperuserPasswordSet(logger);
        }

        await ExecuteAsync(connection, "create role", replication, "login replication", cancellationToken);
        PostgresLog.ReplicationRoleCreated(logger, replication.Name);
        return 2;
    }

    private static async Task ExecuteAsync(
        NpgsqlConnection connection, string verb, Login login, string rights, CancellationToken cancellationToken)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var statement = $"{verb} {Identifier(login.Name)} with {rights}{Password(login.Password)}";
        foreach (var sql in (string[])[.. Silence.Split(';'), AsSent, Encryption(login), statement])
        {
            await using var command = new NpgsqlCommand(sql, connection, transaction);
            await command.ExecuteNonQueryAsync(cancellationToken);
        }

        await transaction.CommitAsync(cancellationToken);
    }

    /// <summary>How the server stores the password: what is stored for SCRAM fits both methods
    /// (docs/adr/0010-stored-passwords.md). Before PostgreSQL 10 there is no such value, and no row here.</summary>
    private static string Encryption(Login login) =>
        "select set_config(name, 'scram-sha-256', true) from pg_settings where name = 'password_encryption' "
        + $"and 'scram-sha-256' = any (enumvals) and (source = 'default' or {(login.NeedsScram ? "true" : "false")})";

    private static string Identifier(string name) => "\"" + name.Replace("\"", "\"\"") + "\"";

    // An escape string means the same whatever standard_conforming_strings is.
    private static string Password(Secret? password) => password is null ? ""
        : " password E'" + password.Reveal.Replace("\\", "\\\\").Replace("'", "\\'") + "'";
}
