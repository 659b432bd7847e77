namespace Stolon.Forwarding;

/// <summary>How long what the proxy was told last may be believed. Asked before every byte is passed on, so that a
/// process that was frozen passes nothing after it thaws, before its timers have had their turn.</summary>
internal sealed class RouteLease(TimeProvider time)
{
    private long _until = long.MaxValue;

    public bool Holds => time.GetTimestamp() < Volatile.Read(ref _until);

    /// <param name="timestamp">Of the time provider. Without a call: for ever.</param>
    public void Until(long timestamp) => Volatile.Write(ref _until, timestamp);
}
