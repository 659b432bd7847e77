using Microsoft.Data.Sqlite;
using SQLitePCL;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Sqlite;

/// <summary>What a failure means, for operators: which file, what is known, what to do.</summary>
internal static class SqliteErrors
{
    public static StoreUnavailableException Unavailable(string file, SqliteException e, string outcome) =>
        e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB ? Damaged(file, e.Message, e)
            : new StoreUnavailableException($"sqlite {file}: {Problem(file, e)}{outcome}", e);

    public static StoreUnavailableException Damaged(string file, string problem, Exception? inner = null) => new(
        $"sqlite {file}: this is no database, or a damaged one ({problem}); it was left as it is. Stop the programs, "
        + $"keep {file} and {file}-wal for a look, and begin with a new file: see docs/reference/sqlite.md",
        inner);

    public static StoreUnavailableException Moved(string file) => new(
        $"sqlite {file}: the file was deleted or replaced while this program was using it; put it back, or restart "
        + "all programs of the cluster so that they use the same file again");

    public static StoreUnavailableException Locked(string file, SqliteRequest request) => new(
        $"sqlite {file}: another process has held the lock of the file for {Seconds(request)} s (is one stopped?)"
        + (request.Writes ? StoreFailure.NothingWritten : ""));

    /// <summary>The text for a request whose time is over.</summary>
    /// <param name="phase">How far it had come.</param>
    /// <param name="locked">The newest try found the file locked by another process.</param>
    public static StoreUnavailableException TimedOut(
        string file, SqlitePhase phase, bool locked, SqliteRequest request) =>
        phase == SqlitePhase.Locking || (phase < SqlitePhase.Working && locked)
            ? Locked(file, request)
            : new StoreUnavailableException(
                $"sqlite {file}: no answer from the disk within {Seconds(request)} s"
                + (!request.Writes ? "" : phase == SqlitePhase.Working ? StoreFailure.UnknownOutcome : StoreFailure.NothingWritten));

    private static string Problem(string file, SqliteException e) => e.SqliteErrorCode switch
    {
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED => "another process has held the lock of the file (is one stopped?)",
        raw.SQLITE_FULL => $"no space left on the disk of {Path.GetDirectoryName(file)}",
        raw.SQLITE_READONLY or raw.SQLITE_CANTOPEN or raw.SQLITE_PERM =>
            $"{Environment.UserName} may not write it ({e.Message}); the file, those beside it with -wal and -shm, and "
            + "the directory must be writable for every user whose programs use it, and the disk not read-only",
        raw.SQLITE_IOERR => $"the disk failed ({e.Message}, SQLite's code {e.SqliteExtendedErrorCode})",
        _ => $"{e.Message} (SQLite's code {e.SqliteExtendedErrorCode})",
    };

    private static string Seconds(SqliteRequest request) =>
        request.Limit.TotalSeconds.ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
}
