namespace Stolon.Agents.Ports;

/// <summary>Arithmetic with a time provider's timestamps that saturates: an option or a specification may contain a
/// span of centuries.</summary>
public static class Timestamps
{
    /// <summary>A span in the provider's units, at most the largest number of them.</summary>
    public static long TicksOf(this TimeProvider time, TimeSpan span) =>
        span.TotalSeconds * time.TimestampFrequency is var ticks && ticks < long.MaxValue ? (long)ticks : long.MaxValue;

    /// <summary>The timestamp this many units later, or the largest timestamp.</summary>
    public static long After(long timestamp, long ticks) =>
        ticks < long.MaxValue - timestamp ? timestamp + ticks : long.MaxValue;
}
