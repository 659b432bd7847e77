namespace Stolon.Store.Sqlite;

/// <summary>The progress of one request. The worker thread advances it, and its caller may abandon it; the first of the
/// two decides whether anything is written.</summary>
/// <param name="limit">The timeout, from now.</param>
/// <param name="writes">True if an abandoned request may have changed something.</param>
internal sealed class SqliteRequest(TimeProvider time, TimeSpan limit, bool writes)
{
    private readonly long _startedAt = time.GetTimestamp();
    private int _phase;

    public TimeSpan Limit => limit;

    public bool Writes => writes;

    public TimeSpan Remaining => limit - time.GetElapsedTime(_startedAt);

    /// <exception cref="OperationCanceledException">The caller has abandoned it; this exception is not
    /// observed.</exception>
    public void Advance(SqlitePhase to)
    {
        var seen = Volatile.Read(ref _phase);
        if (seen == (int)SqlitePhase.Abandoned || Interlocked.CompareExchange(ref _phase, (int)to, seen) != seen)
        {
            throw new OperationCanceledException();
        }
    }

    /// <summary>Abandons it and returns its phase: before <see cref="SqlitePhase.Working"/>, nothing was written and
    /// nothing will be.</summary>
    public SqlitePhase Abandon() => (SqlitePhase)Interlocked.Exchange(ref _phase, (int)SqlitePhase.Abandoned);
}

/// <summary>The phases of a <see cref="SqliteRequest"/>, in order.</summary>
internal enum SqlitePhase
{
    /// <summary>Waits for other requests of this program.</summary>
    Queued,

    /// <summary>The file is being opened, and checked at the first request.</summary>
    Opening,

    /// <summary>Waits until no other process writes.</summary>
    Locking,

    /// <summary>Reads, or writes and commits.</summary>
    Working,

    /// <summary>Abandoned by its caller.</summary>
    Abandoned,
}
