namespace Stolon.Store.Sqlite;

/// <summary>A watch by looking: SQLite tells nobody of another process's commit, but a look whether there was one costs
/// microseconds.</summary>
internal static class SqliteWatch
{
    /// <summary>Between two looks; how late a hint may be.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    public static async Task RunAsync(
        SqliteLane reads, string prefix, Action changed, TimeProvider time, CancellationToken cancellationToken)
    {
        Look? last = null;
        while (true)
        {
            var seen = await reads.RunAsync(
                (session, _) => Take(session, prefix, last), writes: false, cancellationToken);
            if (last is null || !seen.Overview.SameAs(last.Overview))
            {
                changed();
            }
            last = seen;
            await Task.Delay(Interval, time, cancellationToken);
        }
    }

    private static Look Take(SqliteSession session, string prefix, Look? last)
    {
        // Asked for before the tables are read: what comes between is seen again, not missed.
        var version = session.DataVersion;
        return last is not null && last.Session == session.Number && last.Version == version
            && !(last.Overview.NextExpiry <= session.Clock.Now)
                ? last
                : new Look(session.Number, version, session.Tables.Overview(prefix));
    }

    /// <summary>What was seen, and of which version of the file.</summary>
    private sealed record Look(int Session, long Version, SqliteOverview Overview);
}
