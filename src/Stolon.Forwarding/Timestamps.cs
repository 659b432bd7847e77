namespace Stolon.Forwarding;

/// <summary>Arithmetic with a time provider's timestamps that stays within their range: an option may ask for
/// centuries, which is for ever.</summary>
internal static class Timestamps
{
    public static long TicksOf(this TimeProvider time, TimeSpan span) =>
        span.TotalSeconds * time.TimestampFrequency is var ticks && ticks < long.MaxValue ? (long)ticks : long.MaxValue;

    public static long After(long timestamp, long ticks) =>
        ticks < long.MaxValue - timestamp ? timestamp + ticks : long.MaxValue;
}
