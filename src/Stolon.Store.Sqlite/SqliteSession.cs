using Microsoft.Data.Sqlite;
using SQLitePCL;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Sqlite;

/// <summary>One open connection with a checked file. For one thread.</summary>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>How often a request that waits for a lock checks whether it was abandoned.</summary>
    private static readonly TimeSpan LockSlice = TimeSpan.FromMilliseconds(100);

    private readonly string _file;
    private readonly SqliteConnection _connection;
    private bool _durable = true;
    private volatile bool _foundLocked;

    private SqliteSession(string file, int number, SqliteConnection connection, SqliteClock clock)
    {
        _file = file;
        Number = number;
        _connection = connection;
        Tables = new SqliteTables(connection, clock);
    }

    /// <summary>The number of this connection within its worker; data versions of different connections cannot be
    /// compared.</summary>
    public int Number { get; }

    /// <summary>True if the latest attempt to write found that another process writes; may be read by any
    /// thread.</summary>
    public bool FoundLocked => _foundLocked;

    public SqliteTables Tables { get; }

    /// <summary>Changes with every commit of another connection; reading it costs one access to shared memory
    /// (https://sqlite.org/pragma.html#pragma_data_version).</summary>
    public long DataVersion => Tables.Number("pragma data_version");

    /// <param name="identity">If it is not set yet, a missing file is created.</param>
    /// <exception cref="StoreUnavailableException">The file must not be used.</exception>
    public static SqliteSession Open(
        string file, int number, SqliteIdentity identity, SqliteClock clock, SqliteRequest request)
    {
        var connection = SqliteFile.Open(file, mayCreate: identity.IsUnset);
        try
        {
            SqliteNative.WaitForLocks(connection, LockSlice);
            var session = new SqliteSession(file, number, connection, clock);
            new SqliteSchema(file, session, identity, clock).Prepare(request);
            return session;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <exception cref="StoreUnavailableException">The path no longer leads to the open file.</exception>
    public void CheckNotMoved()
    {
        if (SqliteNative.HasMoved(_connection))
        {
            throw SqliteErrors.Moved(_file);
        }
    }

    /// <summary>One atomic step: waits for the lock, removes expired entries, works and commits.</summary>
    /// <param name="durable">True: on the disk before the request completes. False: may be lost at a power failure,
    /// which is right for data that do not survive a reboot anyway.</param>
    /// <exception cref="StoreUnavailableException">Another process holds the lock.</exception>
    public T Write<T>(SqliteRequest request, bool durable, Func<SqliteTables, T> work) => Transact(
        request,
        durable,
        tables =>
        {
            tables.RemoveExpired();
            return work(tables);
        });

    /// <summary>As <see cref="Write"/>, without removal of expired entries, for use before the tables are
    /// checked.</summary>
    public T Transact<T>(SqliteRequest request, bool durable, Func<SqliteTables, T> work)
    {
        SetDurable(durable);
        ExecuteWhenFree("begin immediate", request);
        try
        {
            request.Advance(SqlitePhase.Working);
            var result = work(Tables);
            Commit();
            return result;
        }
        catch
        {
            // Fails if SQLite has rolled back already, which does no harm.
            SqliteNative.Execute(_connection, "rollback");
            throw;
        }
    }

    public void Dispose() => _connection.Dispose();

    private void SetDurable(bool durable)
    {
        if (durable != _durable)
        {
            Tables.Run($"pragma synchronous = {(durable ? "full" : "normal")}");
            _durable = durable;
        }
    }

    /// <summary>Reads several values from one snapshot.</summary>
    public T Read<T>(Func<T> read)
    {
        SqliteNative.Execute(_connection, "begin");
        try
        {
            return read();
        }
        finally
        {
            SqliteNative.Execute(_connection, "rollback");
        }
    }

    /// <summary>Runs a statement that needs a lock, as soon as no other process has it.</summary>
    /// <exception cref="StoreUnavailableException">The lock was not released in time.</exception>
    public void ExecuteWhenFree(string sql, SqliteRequest request)
    {
        while (true)
        {
            request.Advance(SqlitePhase.Locking);
            var code = SqliteNative.Execute(_connection, sql);
            _foundLocked = (code & 0xff) == raw.SQLITE_BUSY;
            if (code == raw.SQLITE_OK)
            {
                return;
            }

            if (!_foundLocked)
            {
                throw SqliteNative.Failure(_connection, code);
            }

            if (request.Remaining <= TimeSpan.Zero)
            {
                throw SqliteErrors.Locked(_file, request);
            }
        }
    }

    private void Commit()
    {
        var code = SqliteNative.Execute(_connection, "commit");
        if (code == raw.SQLITE_OK)
        {
            return;
        }

        var failure = SqliteNative.Failure(_connection, code);
        // After a crash, parts that reached the disk before the failure may be found there.
        throw (code & 0xff) == raw.SQLITE_IOERR
            ? SqliteErrors.Unavailable(_file, failure, StoreFailure.UnknownOutcome)
            : failure;
    }
}
