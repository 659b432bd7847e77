using Microsoft.Data.Sqlite;
using SQLitePCL;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Sqlite;

/// <summary>One open connection whose file has been looked at. For one thread.</summary>
internal sealed class SqliteSession : IDisposable
{
    /// <summary>How often a request that waits for another process looks whether it was given up.</summary>
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

    /// <summary>Which connection of its lane this is: versions of different ones cannot be compared.</summary>
    public int Number { get; }

    /// <summary>The newest try to write found that another process writes; to be asked by any thread.</summary>
    public bool FoundLocked => _foundLocked;

    public SqliteTables Tables { get; }

    /// <summary>Another number after every commit of another connection, at the price of a look into shared
    /// memory (https://sqlite.org/pragma.html#pragma_data_version).</summary>
    public long DataVersion => Tables.Number("pragma data_version");

    /// <param name="identity">Without one yet, a missing file is made.</param>
    /// <exception cref="StoreUnavailableException">The file is none that may be used.</exception>
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

    /// <exception cref="StoreUnavailableException">The path no longer leads to the file that is open.</exception>
    public void CheckNotMoved()
    {
        if (SqliteNative.HasMoved(_connection))
        {
            throw SqliteErrors.Moved(_file);
        }
    }

    /// <summary>One step that nobody sees half of: waits for the lock, removes what has expired, works and
    /// commits.</summary>
    /// <param name="durable">True: on the disk before it is answered. False: after a loss of power it may be as if it
    /// had not happened, which is right for what does not outlive the machine's run anyway.</param>
    /// <exception cref="StoreUnavailableException">Somebody else holds the lock.</exception>
    public T Write<T>(SqliteRequest request, bool durable, Func<SqliteTables, T> work) => Transact(
        request,
        durable,
        tables =>
        {
            tables.RemoveExpired();
            return work(tables);
        });

    /// <summary>As <see cref="Write"/>, before the tables are known to be usable.</summary>
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
            // Refused where SQLite has rolled back already.
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

    /// <summary>Reads several things of the same moment.</summary>
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

    /// <summary>Runs what needs a lock, as soon as no other process has it.</summary>
    /// <exception cref="StoreUnavailableException">Not in time.</exception>
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
        // What reached the disk before it failed may be found there after a crash.
        throw (code & 0xff) == raw.SQLITE_IOERR
            ? SqliteErrors.Unavailable(_file, failure, StoreFailure.UnknownOutcome)
            : failure;
    }
}
