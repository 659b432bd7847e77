namespace Stolon.Store.Sqlite;

/// <summary>A watch by looking: SQLite tells nobody of another process's commit. A commit writes to the log file, whose
/// time is cheap to see; only when that has changed, or something has expired, the tables are looked at.</summary>
internal sealed class SqliteWatch(
    string file, SqliteWorker reads, SqliteClock clock, string prefix, Action changed, TimeProvider time)
{
    /// <summary>Between two glances; how late a hint may be.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    /// <summary>Looks after a change was seen: two commits within one tick of the kernel's clock (10 ms at most) leave
    /// the same time on the file.</summary>
    private const int ReadsAfterChange = 2;

    /// <summary>Glances without a look: whatever a file system makes of times, a hint is not later than this.</summary>
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

    /// <summary>Null: cannot be seen. Whether that is a failure, a look tells.</summary>
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
        // Asked for before the tables are read: what comes between is seen again, not missed.
        var version = session.DataVersion;
        return last is not null && last.Session == session.Number && last.Version == version
            && !(last.Summary.NextExpiry <= clock.Now)
                ? last
                : new Snapshot(session.Number, version, session.Tables.Summarize(prefix));
    }

    /// <summary>What was seen, and of which version of the file.</summary>
    private sealed record Snapshot(int Session, long Version, SqliteSummary Summary);
}
