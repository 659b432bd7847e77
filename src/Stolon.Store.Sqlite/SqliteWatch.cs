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
        Look? last = null;
        DateTime? written = null;
        var looks = ReadsAfterChange;
        for (var glance = 0; ; glance++)
        {
            var now = LogWritten();
            looks = now != written ? ReadsAfterChange : looks;
            written = now;
            if (last is null || looks > 0 || glance % ChecksPerScan == 0 || last.Overview.NextExpiry <= clock.Now)
            {
                last = await InspectAsync(last, cancellationToken);
                looks--;
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

    private async Task<Look> InspectAsync(Look? last, CancellationToken cancellationToken)
    {
        var seen = await reads.RunAsync((session, _) => Take(session, last), writes: false, cancellationToken);
        if (last is null || !seen.Overview.SameAs(last.Overview))
        {
            changed();
        }
        return seen;
    }

    private Look Take(SqliteSession session, Look? last)
    {
        // Asked for before the tables are read: what comes between is seen again, not missed.
        var version = session.DataVersion;
        return last is not null && last.Session == session.Number && last.Version == version
            && !(last.Overview.NextExpiry <= clock.Now)
                ? last
                : new Look(session.Number, version, session.Tables.Overview(prefix));
    }

    /// <summary>What was seen, and of which version of the file.</summary>
    private sealed record Look(int Session, long Version, SqliteSummary Overview);
}
