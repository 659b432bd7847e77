namespace Stolon.Store.Sqlite;

/// <summary>How far one request has come. The file's thread brings it on, its caller may give it up; whichever comes
/// first decides whether anything is written.</summary>
/// <param name="limit">How long it may take, from now.</param>
/// <param name="writes">True when an abandoned request may have changed something.</param>
internal sealed class SqliteRequest(TimeProvider time, TimeSpan limit, bool writes)
{
    private readonly long _startedAt = time.GetTimestamp();
    private int _phase;

    public TimeSpan Limit => limit;

    public bool Writes => writes;

    public TimeSpan Remaining => limit - time.GetElapsedTime(_startedAt);

    /// <exception cref="OperationCanceledException">The caller has given it up: nobody sees this exception.</exception>
    public void Advance(SqlitePhase to)
    {
        var seen = Volatile.Read(ref _phase);
        if (seen == (int)SqlitePhase.Abandoned || Interlocked.CompareExchange(ref _phase, (int)to, seen) != seen)
        {
            throw new OperationCanceledException();
        }
    }

    /// <summary>Gives it up, and tells how far it had come: before <see cref="SqlitePhase.Working"/>, nothing was
    /// written and nothing will be.</summary>
    public SqlitePhase Abandon() => (SqlitePhase)Interlocked.Exchange(ref _phase, (int)SqlitePhase.Abandoned);
}

/// <summary>The phases of a <see cref="SqliteRequest"/>, in order.</summary>
internal enum SqlitePhase
{
    /// <summary>Behind other requests of this program.</summary>
    Queued,

    /// <summary>The file is being opened, and looked at when it is the first time.</summary>
    Opening,

    /// <summary>Waits until no other process writes.</summary>
    Locking,

    /// <summary>Reads, or writes and commits.</summary>
    Working,

    /// <summary>Given up by its caller.</summary>
    Abandoned,
}
