using Npgsql;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Ports.Postgres;

namespace Stolon.Postgres.Sql;

/// <summary>How big a server is, and where its tablespaces are.</summary>
/// <param name="Bytes">Of what is in the data directory itself, without WAL.</param>
internal sealed record SourceSize(long Bytes, ValueList<SourceSpace> Spaces);

/// <param name="Location">A directory at the source.</param>
internal sealed record SourceSpace(string Oid, string Location, long Bytes);

/// <summary>Asks a source, as superuser, what a clone of it takes: a replication connection does not tell.</summary>
internal sealed class SourceMeasure(PostgresOptions options, CurrentLogin superuser, TimeProvider time)
{
    // A location that is not absolute is inside the data directory (allow_in_place_tablespaces).
    private const string Question =
        "select oid::text, "
        + "case when pg_tablespace_location(oid) like '/%' then pg_tablespace_location(oid) else '' end, "
        + "pg_tablespace_size(oid) from pg_tablespace order by oid";

    /// <exception cref="PostgresToolException">It cannot be reached as superuser.</exception>
    /// <exception cref="TimeoutException">It is silent.</exception>
    public async Task<SourceSize> AskAsync(ServerAddress source, CancellationToken cancellationToken)
    {
        try
        {
            return await Deadline.RunAsync(
                $"asking {source} for its size",
                options.RequestTimeout,
                time,
                token => superuser.TryAsync(login => QueryAsync(source, login, token)),
                cancellationToken);
        }
        catch (Exception e) when (RemoteConnection.IsTrouble(e))
        {
            throw new PostgresToolException($"asking {source} for its size: {e.Message}", e);
        }
    }

    private async Task<SourceSize> QueryAsync(
        ServerAddress source, Login login, CancellationToken cancellationToken)
    {
        await using var server = RemoteConnection.Superuser(source, login, options);
        await using var connection = await server.OpenConnectionAsync(cancellationToken);
        await using var question = new NpgsqlCommand(Question, connection);
        await using var answer = await question.ExecuteReaderAsync(cancellationToken);
        var inside = 0L;
        var spaces = new List<SourceSpace>();
        while (await answer.ReadAsync(cancellationToken))
        {
            var (oid, location, bytes) = (answer.GetString(0), answer.GetString(1), answer.GetInt64(2));
            if (location.Length == 0)
            {
                inside += bytes;
            }
            else
            {
                spaces.Add(new SourceSpace(oid, location, bytes));
            }
        }

        return new SourceSize(inside, spaces.ToValueList());
    }
}
