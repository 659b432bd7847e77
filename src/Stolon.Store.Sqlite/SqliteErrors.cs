using Microsoft.Data.Sqlite;
using SQLitePCL;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Sqlite;

/// <summary>Error texts for operators: the file, the problem, what to do.</summary>
internal static class SqliteErrors
{
    public static StoreUnavailableException Unavailable(string file, SqliteException e, string outcome) =>
        e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB ? Damaged(file, e.Message, e)
            : new StoreUnavailableException($"sqlite {file}: {Problem(file, e)}{outcome}", e);

    public static StoreUnavailableException Damaged(string file, string problem, Exception? inner = null) => new(
        $"sqlite {file}: this is not a database, or it is damaged ({problem}); it was not changed. Stop the programs, "
        + $"keep {file} and {file}-wal for analysis, and start with a new file: see docs/reference/sqlite.md",
        inner);

    public static StoreUnavailableException Moved(string file) => new(
        $"sqlite {file}: the file was deleted or replaced while this program was using it; put it back, or restart "
        + "all programs of the cluster so that they use the same file again");

    public static StoreUnavailableException Locked(string file, SqliteRequest request) => new(
        $"sqlite {file}: another process has held the lock of the file for {Seconds(request)} s (check for a "
        + "stopped process)"
        + (request.Writes ? StoreFailure.NothingWritten : ""));

    /// <summary>The text for a request that timed out.</summary>
    /// <param name="phase">The phase that it had reached.</param>
    /// <param name="locked">True if the latest attempt found the file locked by another process.</param>
    public static StoreUnavailableException TimedOut(
        string file, SqlitePhase phase, bool locked, SqliteRequest request) =>
        phase == SqlitePhase.Locking || (phase < SqlitePhase.Working && locked)
            ? Locked(file, request)
            : new StoreUnavailableException(
                $"sqlite {file}: no response from the disk within {Seconds(request)} s"
                + StoreFailure.Outcome(request.Writes, mayHaveHappened: phase == SqlitePhase.Working));

    private static string Problem(string file, SqliteException e) => e.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
            "another process holds the lock of the file (check for a stopped process)",
        raw.SQLITE_FULL => $"no space left on the disk of {Path.GetDirectoryName(file)}",
        raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM =>
            $"{Environment.UserName} may not write it ({e.Message}); the file, the files with -wal and -shm "
            + "beside it, and "
            + "the directory must be writable for every user whose programs use it, and the disk must not be read-only",
        raw.SQLITE_IOERR => $"the disk failed ({e.Message}, SQLite's code {e.SqliteExtendedErrorCode})",
        _ => $"{e.Message} (SQLite's code {e.SqliteExtendedErrorCode})",
    };

    private static string Seconds(SqliteRequest request) =>
        request.Limit.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
}
