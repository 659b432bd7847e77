using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Stolon.Store.Sqlite;

/// <summary>Functions that Microsoft.Data.Sqlite does not offer.</summary>
internal static partial class SqliteNative
{
    /// <summary>https://sqlite.org/c3ref/c_fcntl_begin_atomic_write.html</summary>
    private const int HasMovedControl = 20;

    /// <summary>Loads the SQLite library beside the program; must be called before anything else.</summary>
    /// <exception cref="DllNotFoundException">It does not exist.</exception>
    public static void Load() => Batteries_V2.Init();

    /// <summary>True if the path no longer leads to the open file, because it was deleted or replaced.</summary>
    public static bool HasMoved(SqliteConnection connection)
    {
        var answer = 0;
        // "Not known" counts as not moved.
        return FileControl(connection.Handle!.DangerousGetHandle(), null, HasMovedControl, ref answer) == raw.SQLITE_OK
            && answer != 0;
    }

    /// <summary>Runs one statement without a result and without Microsoft.Data.Sqlite's retries; returns SQLite's
    /// code.</summary>
    public static int Execute(SqliteConnection connection, string sql) => raw.sqlite3_exec(connection.Handle!, sql);

    /// <summary>How long SQLite itself waits for a lock.</summary>
    public static void WaitForLocks(SqliteConnection connection, TimeSpan atMost) =>
        raw.sqlite3_busy_timeout(connection.Handle!, (int)atMost.TotalMilliseconds);

    /// <summary>The connection's newest error with SQLite's code for it.</summary>
    public static SqliteException Failure(SqliteConnection connection, int code) =>
        new(raw.sqlite3_errmsg(connection.Handle!).utf8_to_string(), code & 0xff,
            raw.sqlite3_extended_errcode(connection.Handle!));

    [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int FileControl(nint database, string? name, int operation, ref int argument);
}
