using Npgsql;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Postgres.Files;

namespace Stolon.Postgres.Sql;

/// <summary>Prepares a primary as the source of pg_rewind.</summary>
/// <remarks>Up to PostgreSQL 15 pg_rewind reads the source's timeline from its control file, which has the old one
/// until the end of the first checkpoint after a promotion. It then finds "no rewind required" and leaves the data
/// diverged.</remarks>
internal sealed class RewindSource(PostgresOptions options, CurrentLogin superuser)
{
    private const string ControlFileIsCurrent =
        "select (select timeline_id from pg_control_checkpoint()) = " + SuperuserIdentification.PrimarysTimeline;

    /// <summary>Runs a checkpoint if its control file is behind, without a time limit.</summary>
    /// <exception cref="PostgresToolException">It cannot be reached as superuser, is no primary, or data that were set
    /// aside or kept lie in its tablespaces' directories or its WAL's: pg_rewind would copy them, whole.</exception>
    public async Task PrepareAsync(PostgresVersion version, ServerAddress primary, CancellationToken cancellationToken)
    {
        try
        {
            var kept = await superuser.TryAsync(login => PrepareAsync(
                version, RemoteConnection.Superuser(primary, login, options), cancellationToken));
            if (kept is not null)
            {
                throw new PostgresToolException(
                    $"not rewound: pg_rewind would copy {kept}, which are set aside or kept on {primary}; a clone does "
                    + "not. Move them away there before the next rewind");
            }
        }
        catch (Exception e) when (RemoteConnection.IsTrouble(e))
        {
            throw new PostgresToolException($"checkpoint of {primary} before a rewind: {e.Message}", e);
        }
    }

    /// <returns>Other files that pg_rewind would copy; null: none.</returns>
    private static async Task<string?> PrepareAsync(
        PostgresVersion version, NpgsqlDataSource primary, CancellationToken cancellationToken)
    {
        await using var source = primary;
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var kept = new NpgsqlCommand(Kept(DataDirectoryLayout.WalDirectory(version)), connection);
        if (await kept.ExecuteScalarAsync(cancellationToken) is string directories)
        {
            return directories;
        }

        await using var question = new NpgsqlCommand(ControlFileIsCurrent, connection);
        if (!version.AtLeast(10) || await question.ExecuteScalarAsync(cancellationToken) is not true)
        {
            await using var checkpoint = new NpgsqlCommand("checkpoint", connection) { CommandTimeout = 0 };
            await checkpoint.ExecuteNonQueryAsync(cancellationToken);
        }

        return null;
    }

    /// <summary>Null: none.</summary>
    /// <param name="wal">Its WAL directory.</param>
    private static string Kept(string wal) =>
        $"""
        select string_agg(place || '/' || name, ', ' order by place, name)
        from (select pg_tablespace_location(oid) as place from pg_tablespace union all select '{wal}') places,
            pg_ls_dir(nullif(place, ''), true, false) name
        where name like '{CopyLocations.Prefix}%'
        """;
}
