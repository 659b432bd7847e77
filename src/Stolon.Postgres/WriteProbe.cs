using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Npgsql;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Postgres;
using Stolon.Postgres.Processes;
using Stolon.Postgres.Sql;

namespace Stolon.Postgres;

/// <summary>Checks whether writes of the primary reach its disk: by its clients' writes or, if there are none, by a
/// small commit of the keeper.</summary>
/// <remarks>A hanging write is awaited in the background on its own connection. No second one is started meanwhile,
/// because each would occupy a connection slot.</remarks>
internal sealed class WriteProbe(
    PostgresOptions options, CurrentLogin superuser, TimeProvider time, ILogger logger) : IDisposable
{
    /// <summary>About 150 bytes of WAL each, a megabyte a day.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);

    private readonly Lock _gate = new();
    private NpgsqlConnection? _connection;
    private CancellationTokenSource _end = new();
    private ServerProcess? _server;
    private Attempt? _attempt;
    private string? _problem;
    private string _flushed = "";

    /// <summary>Text for the operator: why a write has not succeeded; null: it has, or none was made.</summary>
    public string? Problem
    {
        get
        {
            lock (_gate)
            {
                return _attempt is { Writing: true, Ended: false } attempt
                    && time.GetElapsedTime(attempt.WritingSince) > options.RequestTimeout
                        ? $"a test write did not complete within {options.RequestTimeout.TotalSeconds:0.#} s: "
                            + "the storage of PostgreSQL's WAL hangs, and so do clients' commits"
                        : _problem;
            }
        }
    }

    /// <summary>Begins an attempt when one is due; returns at once.</summary>
    public void Notice(ServerProcess server, int port, PostgresVersion version)
    {
        lock (_gate)
        {
            var due = _attempt is null || _server != server
                || (_attempt.Ended && time.GetElapsedTime(_attempt.Began) >= Pace);
            if (due)
            {
                Begin(server, port, version, always: false);
            }
        }
    }

    /// <summary>Whether a write comes back within the limit, now.</summary>
    public async Task<bool> ProveAsync(
        ServerProcess server, int port, PostgresVersion version, TimeSpan limit, CancellationToken cancellationToken)
    {
        Attempt attempt;
        lock (_gate)
        {
            attempt = _attempt is { Ended: false } running && _server == server
                ? running
                : Begin(server, port, version, always: true);
        }

        try
        {
            return await attempt.Running.WaitAsync(limit, time, cancellationToken) && attempt.Proven;
        }
        catch (TimeoutException)
        {
            return false;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            End();
            _end.Dispose();
        }
    }

    private Attempt Begin(ServerProcess server, int port, PostgresVersion version, bool always)
    {
        if (_server != server)
        {
            End();
            _end = new CancellationTokenSource();
            (_server, _problem, _flushed) = (server, null, "");
        }

        var attempt = new Attempt { Began = time.GetTimestamp() };
        _attempt = attempt;
        attempt.Running = RunAsync(attempt, port, version, always, _end.Token);
        return attempt;
    }

    /// <returns>True; the result is in the attempt.</returns>
    private async Task<bool> RunAsync(
        Attempt attempt, int port, PostgresVersion version, bool always, CancellationToken end)
    {
        // The caller holds the lock.
        await Task.Yield();
        try
        {
            if (version.AtLeast(10))
            {
                await WriteAsync(attempt, port, always, end);
            }
        }
        catch (PostgresException e) when (attempt.Writing && LoginRefusal.Of(e, superuser.Now.Name) is not null
            || e.SqlState == PostgresErrorCodes.DiskFull)
        {
            Conclude(attempt, $"PostgreSQL cannot write: {e.Message}");
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or SocketException or IOException
            or TimeoutException or NotSupportedException or OperationCanceledException or PostgresToolException)
        {
            // Not a write problem: the observation reports why the keeper cannot query.
            PostgresLog.WriteProbeFailed(logger, e.Message);
            Forget(attempt);
        }
        finally
        {
            attempt.Ended = true;
        }

        return true;
    }

    private async Task WriteAsync(Attempt attempt, int port, bool always, CancellationToken end)
    {
        var connection = await ConnectionAsync(attempt, port, end);
        attempt.WritingSince = time.GetTimestamp();
        attempt.Writing = _flushed.Length > 0;
        var (inRecovery, flushed, pending, archivesByTime) = await StateAsync(connection, end);
        var moved = _flushed.Length > 0 && flushed != _flushed;
        if (inRecovery)
        {
            _flushed = "";
            Conclude(attempt, null);
            return;
        }

        // With archive_timeout, each write makes an idle server complete and archive a WAL file. There, only pending
        // WAL is checked.
        var waits = pending && flushed == _flushed;
        if (always || (!moved && (waits || !archivesByTime)))
        {
            attempt.WritingSince = time.GetTimestamp();
            attempt.Writing = true;
            await using var command = new NpgsqlCommand(
                "select pg_logical_emit_message(true, 'stolon', '')::text", connection)
            { CommandTimeout = 0 };
            await command.ExecuteNonQueryAsync(end);
            (_, flushed, _, _) = await StateAsync(connection, end);
            moved = true;
        }

        attempt.Proven = moved;
        _flushed = flushed;
        Conclude(attempt, null);
    }

    private static async Task<(bool InRecovery, string Flushed, bool Pending, bool ArchivesByTime)> StateAsync(
        NpgsqlConnection connection, CancellationToken end)
    {
        await using var command = new NpgsqlCommand(
            """
            select pg_is_in_recovery(),
                case when pg_is_in_recovery() then '' else pg_current_wal_flush_lsn()::text end,
                case when pg_is_in_recovery() then false
                    else pg_current_wal_flush_lsn() < pg_current_wal_insert_lsn() end,
                (select setting <> '0' from pg_settings where name = 'archive_timeout')
            """,
            connection)
        { CommandTimeout = 0 };
        await using var row = await command.ExecuteReaderAsync(end);
        await row.ReadAsync(end);
        return (row.GetBoolean(0), row.GetString(1), row.GetBoolean(2), row.GetBoolean(3));
    }

    private async Task<NpgsqlConnection> ConnectionAsync(Attempt attempt, int port, CancellationToken end)
    {
        if (attempt == _attempt && _connection is { State: System.Data.ConnectionState.Open } open)
        {
            return open;
        }

        var route = LocalRoute.All(options, port)[0];
        var made = await superuser.TryAsync(async login =>
        {
            var connection = LocalConnection.Single(options, route, port, login);
            try
            {
                await connection.OpenAsync(end);
                return connection;
            }
            catch
            {
                await connection.DisposeAsync();
                throw;
            }
        });
        lock (_gate)
        {
            if (attempt != _attempt)
            {
                made.Dispose();
                throw new PostgresToolException("another server process is running");
            }

            return _connection = made;
        }
    }

    private void Conclude(Attempt attempt, string? problem)
    {
        lock (_gate)
        {
            _problem = attempt == _attempt ? problem : _problem;
        }
    }

    private void Forget(Attempt attempt)
    {
        NpgsqlConnection? broken;
        lock (_gate)
        {
            if (attempt != _attempt)
            {
                return;
            }

            (broken, _connection, _problem) = (_connection, null, null);
        }

        broken?.Dispose();
    }

    /// <summary>Aborts the running attempt, because an orderly close would wait for its answer. The attempt itself
    /// disposes of its connection.</summary>
    private void End()
    {
        _end.Cancel();
        if (_attempt is null or { Ended: true })
        {
            _connection?.Dispose();
        }

        _connection = null;
    }

    private sealed class Attempt
    {
        public long Began { get; init; }

        public long WritingSince { get; set; }

        public volatile bool Writing;

        public volatile bool Ended;

        public volatile bool Proven;

        public Task<bool> Running { get; set; } = Task.FromResult(true);
    }
}
