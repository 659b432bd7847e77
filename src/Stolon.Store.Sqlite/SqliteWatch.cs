namespace Stolon.Store.Sqlite;

/// <summary>A watch by polling, because SQLite does not signal commits of other processes. A commit changes the
/// modification time of the log file, which is cheap to read. The tables are read only if that time has changed, or an
/// entry has expired.</summary>
internal sealed class SqliteWatch(
    string file, SqliteWorker reads, SqliteClock clock, string prefix, Action changed, TimeProvider time)
{
    /// <summary>The polling interval, which is the maximum delay of a signal.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Reads after a change was seen: two commits within one tick of the kernel's clock (at most 10 ms) leave
    /// the same modification time.</summary>
    private const int ReadsAfterChange = 2;

    /// <summary>The tables are read at least once in this number of checks, in case a file system does not update
    /// times.</summary>
    private const int ChecksPerScan = 10;

    private readonly string _log = file + "-wal";

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        Snapshot? last = null;
        DateTime? written = null;
        var readsLeft = ReadsAfterChange;
        for (var check = 0; ; check++)
        {
            var now = LogWritten();
            readsLeft = now != written ? ReadsAfterChange : readsLeft;
            written = now;
            if (last is null || readsLeft > 0 || check % ChecksPerScan == 0 || last.Summary.NextExpiry <= clock.Now)
            {
                last = await InspectAsync(last, cancellationToken);
                readsLeft--;
            }

            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    /// <summary>Null: it cannot be read. Reading the tables decides whether that is a failure.</summary>
    private DateTime? LogWritten()
    {
        try
        {
            return File.GetLastWriteTimeUtc(_log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private async Task<Snapshot> InspectAsync(Snapshot? last, CancellationToken cancellationToken)
    {
        var seen = await reads.RunAsync((session, _) => ReadSnapshot(session, last), writes: false, cancellationToken);
        if (last is null || !seen.Summary.SameAs(last.Summary))
        {
            changed();
        }

        return seen;
    }

    private Snapshot ReadSnapshot(SqliteSession session, Snapshot? last)
    {
        // Read before the tables, so that a commit in between is seen again, not missed.
        var version = session.DataVersion;
        return last is not null && last.Session == session.Number && last.Version == version
            && !(last.Summary.NextExpiry <= clock.Now)
                ? last
                : new Snapshot(session.Number, version, session.Tables.Summarize(prefix));
    }

    /// <summary>A summary, and the version of the file to which it belongs.</summary>
    private sealed record Snapshot(int Session, long Version, SqliteSummary Summary);
}
