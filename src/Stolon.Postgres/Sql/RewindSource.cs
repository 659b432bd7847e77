using Npgsql;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;
using Stolon.Ports.Postgres;

namespace Stolon.Postgres.Sql;

/// <summary>Makes a primary ready to be the source of pg_rewind.</summary>
/// <remarks>Up to PostgreSQL 15 pg_rewind reads the source's timeline from its control file, which tells the old one
/// until the first checkpoint after a promotion has ended. It then finds "no rewind required" and leaves the data
/// diverged.</remarks>
internal sealed class RewindSource(PostgresOptions options, CurrentLogin superuser)
{
    private const string ControlFileIsCurrent =
        "select (select timeline_id from pg_control_checkpoint()) = " + SuperuserIdentification.PrimarysTimeline;

    /// <summary>Checkpoints it if its control file is behind; that takes as long as it takes.</summary>
    /// <exception cref="PostgresToolException">It cannot be reached as superuser, or is no primary.</exception>
    public async Task PrepareAsync(PostgresVersion version, ServerAddress primary, CancellationToken cancellationToken)
    {
        try
        {
            await superuser.TryAsync(login => PrepareAsync(
                version, RemoteConnection.Superuser(primary, login, options), cancellationToken));
        }
        catch (Exception e) when (RemoteConnection.IsTrouble(e))
        {
            throw new PostgresToolException($"checkpoint of {primary} before a rewind: {e.Message}", e);
        }
    }

    /// <returns>Nothing that matters.</returns>
    private static async Task<bool> PrepareAsync(
        PostgresVersion version, NpgsqlDataSource primary, CancellationToken cancellationToken)
    {
        await using var source = primary;
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        await using var question = new NpgsqlCommand(ControlFileIsCurrent, connection);
        if (!version.AtLeast(10) || await question.ExecuteScalarAsync(cancellationToken) is not true)
        {
            await using var checkpoint = new NpgsqlCommand("checkpoint", connection) { CommandTimeout = 0 };
            await checkpoint.ExecuteNonQueryAsync(cancellationToken);
        }

        return true;
    }
}
