using Npgsql;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;
using Stolon.Postgres.Processes;

namespace Stolon.Postgres.Sql;

/// <summary>Queries the running server over a few pooled connections; a new server process gets new ones.</summary>
internal sealed class LocalServer(PostgresOptions options, CurrentLogin superuser, TimeProvider time) : IDisposable
{
    private readonly Lock _gate = new();
    private (Target Target, NpgsqlDataSource Source)? _known;

    /// <summary>Runs work on a connection, in the time given. A dead connection is replaced once.</summary>
    /// <exception cref="PostgresToolException">The server refused or the connection broke.</exception>
    /// <exception cref="TimeoutException">No answer in time. Outcome unknown.</exception>
    public async Task<T> QueryAsync<T>(
        string what, ServerProcess server, int port, TimeSpan limit,
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await TimeLimit.RunAsync(
                what,
                limit,
                time,
                token => superuser.TryAsync(async login =>
                {
                    var source = SourceFor(new Target(server, port, LocalRoute.All(options, port)[0], login));
                    try
                    {
                        return await OnConnectionAsync(source, work, token);
                    }
                    catch (NpgsqlException e) when (IsLost(e) && !token.IsCancellationRequested)
                    {
                        // Pooled connections can die unnoticed, for instance by pg_terminate_backend.
                        source.Clear();
                        return await OnConnectionAsync(source, work, token);
                    }
                }),
                cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or ObjectDisposedException or NotSupportedException)
        {
            // Disposed: the server process changed meanwhile, and its connections with it.
            throw new PostgresToolException($"{what}: {e.Message}", e);
        }
    }

    /// <summary>As <see cref="QueryAsync"/>, but in a new session, and therefore with the settings in force now. If the
    /// server accepts no more connections, a pooled session is used.</summary>
    public async Task<T> AskInNewSessionAsync<T>(
        string what, ServerProcess server, int port, TimeSpan limit,
        Func<NpgsqlConnection, CancellationToken, Task<T>> work, CancellationToken cancellationToken)
    {
        try
        {
            return await TimeLimit.RunAsync(
                what,
                limit,
                time,
                token => superuser.TryAsync(async login =>
                {
                    var route = LocalRoute.All(options, port)[0];
                    await using var connection = LocalConnection.Single(options, route, port, login);
                    await connection.OpenAsync(token);
                    return await work(connection, token);
                }),
                cancellationToken);
        }
        catch (NpgsqlException)
        {
            return await QueryAsync(what, server, port, limit, work, cancellationToken);
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _known?.Source.Dispose();
            _known = null;
        }
    }

    private static bool IsLost(NpgsqlException e) => e is not PostgresException refused
        || refused.SqlState is PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown;

    private static async Task<T> OnConnectionAsync<T>(
        NpgsqlDataSource source, Func<NpgsqlConnection, CancellationToken, Task<T>> work,
        CancellationToken cancellationToken)
    {
        await using var connection = await source.OpenConnectionAsync(cancellationToken);
        return await work(connection, cancellationToken);
    }

    private NpgsqlDataSource SourceFor(Target target)
    {
        lock (_gate)
        {
            if (_known is { } known)
            {
                if (known.Target == target)
                {
                    return known.Source;
                }

                known.Source.Dispose();
            }

            var source = LocalConnection.Superuser(options, target.Route, target.Port, target.Login);
            _known = (target, source);
            return source;
        }
    }

    private sealed record Target(ServerProcess Server, int Port, LocalRoute Route, Login Login);
}
