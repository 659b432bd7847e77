namespace Stolon.Agents.Ports;

/// <summary>Arithmetic with a time provider's timestamps that stays within their range: an option or a specification
/// may ask for centuries, which is for ever.</summary>
public static class Timestamps
{
    /// <summary>A span in the provider's units, no more than there are.</summary>
    public static long TicksOf(this TimeProvider time, TimeSpan span) =>
        span.TotalSeconds * time.TimestampFrequency is var ticks && ticks < long.MaxValue ? (long)ticks : long.MaxValue;

    /// <summary>The timestamp so many units later, or the last there is.</summary>
    public static long After(long timestamp, long ticks) =>
        ticks < long.MaxValue - timestamp ? timestamp + ticks : long.MaxValue;
}
