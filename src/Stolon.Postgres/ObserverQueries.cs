using Npgsql;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Postgres.Processes;
using Stolon.Postgres.Sql;

namespace Stolon.Postgres;

/// <summary>Queries for the state of a server. When one user, path or database is refused, another may work. </summary>
internal sealed class ObserverQueries(
    PostgresOptions options, LocalServer local, CurrentLogin superuser, CurrentLogin replication, WriteProbe writes,
    TimeProvider time)
{
    /// <summary>A query that does not depend on the disk returns at once, and a disk that takes longer delays commits.
    /// </summary>
    private static readonly TimeSpan ProofLimit = TimeSpan.FromSeconds(3);

    private readonly ConnectionProbe _knock = new(options, time);

    public string? WriteProblem => writes.Problem;

    /// <summary>Starts, in the background, the check whether writes reach the disk.</summary>
    public void TryWriting(ObservedServer server) => writes.Notice(server.Process, server.Port, server.Version);

    public string? MissingSocket(ObservedServer server) => LocalRoute.Missing(options, server.Port);

    /// <summary>As superuser, in SQL.</summary>
    public Task<QueryResult<ServerState>> QueryServerAsync(
        ObservedServer server, TimeSpan limit, CancellationToken cancellationToken) => TryQueryAsync(
        superuser,
        () => QueryAsync(
            server,
            limit,
            async (connection, token) =>
            {
                var parameters = await ServerQueries.FileParametersAsync(connection, token);
                var (synchronous, replayed, pending) =
                    await ServerQueries.ReplicationAsync(connection, server.Version, token);
                var (streams, slots) = await ReplicationQueries.QueryAsync(connection, server.Version, token);
                var source = await SuperuserIdentification.SourceAsync(connection, server.Version, token);
                return new ServerState(parameters, synchronous, replayed, source)
                {
                    Streams = streams,
                    Slots = slots,
                    PendingRestart = pending,
                };
            },
            cancellationToken));

    /// <summary>As replication user, on a connection of its own.</summary>
    public Task<QueryResult<SystemIdentification>> IdentifyAsync(
        ObservedServer server, TimeSpan limit, CancellationToken cancellationToken) => TryQueryAsync(
        replication,
        () => TimeLimit.RunAsync(
            "identification",
            limit,
            time,
            token => SystemIdentification.QueryAsync(options, replication, server.Port, token),
            cancellationToken));

    /// <summary>As superuser, for when the replication user is refused; null: unknown.</summary>
    public async Task<SystemIdentification?> IdentifyAsSuperuserAsync(
        ObservedServer server, CancellationToken cancellationToken)
    {
        var result = await TryQueryAsync(
            superuser,
            async () => (await QueryAsync(
                server,
                ProofLimit,
                (connection, token) => SuperuserIdentification.QueryAsync(connection, server.Version, token),
                cancellationToken))!);
        return result.Answer;
    }

    /// <summary>Whether a server that could not be queried still serves: it answers new connections and, if a query
    /// timed out, a write completes.</summary>
    /// <remarks>A refusal is such an answer. The cause of a timeout may be a lock on one table or the disk; only a
    /// write distinguishes them.</remarks>
    public async Task<bool> ServesAsync(
        ObservedServer server, LoginRefusalKind worst, CancellationToken cancellationToken) =>
        writes.Problem is null
        && (worst == LoginRefusalKind.Refused || await _knock.IsAnsweredAsync(server.Port, cancellationToken))
        && (worst != LoginRefusalKind.TimedOut || await writes.ProveAsync(
            server.Process, server.Port, server.Version, ProofLimit, cancellationToken));

    private Task<T> QueryAsync<T>(
        ObservedServer server, TimeSpan limit, Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken) =>
        local.QueryAsync("state of postgres", server.Process, server.Port, limit, work, cancellationToken);

    private static async Task<QueryResult<T>> TryQueryAsync<T>(CurrentLogin login, Func<Task<T>> ask)
        where T : class
    {
        try
        {
            return new QueryResult<T>(await ask(), null, null);
        }
        catch (Exception e) when (e is PostgresToolException or TimeoutException or NpgsqlException or FormatException
            or System.Net.Sockets.SocketException or IOException or NotSupportedException)
        {
            return new QueryResult<T>(null, LoginRefusal.Of(e, login.Now.Name), e.Message);
        }
    }
}

/// <summary>The server process that an observation is about.</summary>
internal sealed record ObservedServer(ServerProcess Process, int Port, PostgresVersion Version);

/// <summary>The results of the superuser's queries.</summary>
internal sealed record ServerState(
    ValueMap<string, string> PgParameters, ValueList<InstanceUid> SynchronousStandbys, Lsn Replayed,
    string? StreamsFrom)
{
    public ValueList<StandbyStream>? Streams { get; init; }

    public ValueList<SlotUse>? Slots { get; init; }

    public ValueList<string> PendingRestart { get; init; }
}

/// <summary>The result of a query.</summary>
/// <param name="Answer">Null: none.</param>
/// <param name="LoginRefusal">Why there is none; null: there is one, or the server itself is in trouble.</param>
/// <param name="Trouble">The message of the server or of the connection; null: there is an answer.</param>
internal sealed record QueryResult<T>(T? Answer, LoginRefusal? LoginRefusal, string? Trouble)
    where T : class
{
    public bool IsServerFailure => Answer is null && Trouble is not null && LoginRefusal is null;
}
