namespace Stolon.Forwarding;

/// <summary>How long the current routes are valid. It is checked before every send, so that a process that was frozen
/// forwards nothing after it resumes, even before its timers run.</summary>
internal sealed class RouteLease(TimeProvider time)
{
    private long _expiresAt = long.MaxValue;

    public bool IsValid => time.GetTimestamp() < Volatile.Read(ref _expiresAt);

    /// <param name="timestamp">Of the time provider. Without a call, the lease never expires.</param>
    public void ExpireAt(long timestamp) => Volatile.Write(ref _expiresAt, timestamp);
}
