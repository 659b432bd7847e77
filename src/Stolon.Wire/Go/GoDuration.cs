namespace Stolon.Wire.Go;

/// <summary>Duration strings in Go's notation, as in options, cluster specifications and cluster data
/// (docs/spec/store.md 4.5).</summary>
/// <remarks>Go counts nanoseconds in 64 bits (about ±292 years); <see cref="TimeSpan"/> counts ticks of 100 ns. Values
/// are rounded to the nearest tick, halves away from zero, and a value that is not zero never becomes zero (rules
/// require "more than zero", and 1 ns is). Formatting is exact.</remarks>
public static class GoDuration
{
    private const ulong MaxMagnitude = 1UL << 63;

    /// <summary>Reads a duration; false: the text is not a duration or exceeds Go's range.</summary>
    public static bool TryParse(string text, out TimeSpan duration) => TryParse(text, out duration, out _);

    /// <summary>Reads a duration; on failure <paramref name="error"/> is Go's own error text.</summary>
    public static bool TryParse(string text, out TimeSpan duration, out string error)
    {
        ArgumentNullException.ThrowIfNull(text);
        duration = default;
        error = "";
        var negative = text is ['-', ..];
        var rest = text.AsSpan(text is ['-' or '+', ..] ? 1 : 0);
        if (rest is "0")
        {
            return true;
        }

        UInt128 total = 0;
        do
        {
            if (!TryReadTerm(text, ref rest, out var term, out error))
            {
                return false;
            }

            total += term;
            if (total > MaxMagnitude)
            {
                error = Invalid(text);
                return false;
            }
        }
        while (!rest.IsEmpty);

        if (!negative && total == MaxMagnitude)
        {
            error = Invalid(text);
            return false;
        }

        duration = FromNanoseconds(negative ? (long)-(Int128)total : (long)total);
        return true;
    }

    /// <summary>Reads a duration.</summary>
    /// <exception cref="FormatException">The text is not a duration; the message is Go's error text.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out var duration, out var error) ? duration : throw new FormatException(error);

    /// <summary>Writes Go's canonical form: <c>0s</c>, <c>100ms</c>, <c>1.5s</c>, <c>1m0s</c>,
    /// <c>48h0m0s</c>.</summary>
    public static string Format(TimeSpan duration)
    {
        if (duration == TimeSpan.Zero)
        {
            return "0s";
        }

        // The magnitude of TimeSpan.MinValue does not fit a long.
        var ticks = duration < TimeSpan.Zero ? (ulong)-(Int128)duration.Ticks : (ulong)duration.Ticks;
        return (duration < TimeSpan.Zero ? "-" : "") + ticks switch
        {
            < TimeSpan.TicksPerMicrosecond => $"{ticks * TimeSpan.NanosecondsPerTick}ns",
            < TimeSpan.TicksPerMillisecond => Decimal(ticks, TimeSpan.TicksPerMicrosecond) + "\u00b5s",
            < TimeSpan.TicksPerSecond => Decimal(ticks, TimeSpan.TicksPerMillisecond) + "ms",
            < TimeSpan.TicksPerMinute => Seconds(ticks),
            < TimeSpan.TicksPerHour => $"{ticks / TimeSpan.TicksPerMinute}m{Seconds(ticks)}",
            _ => $"{ticks / TimeSpan.TicksPerHour}h"
                + $"{ticks % TimeSpan.TicksPerHour / TimeSpan.TicksPerMinute}m{Seconds(ticks)}",
        };
    }

    /// <summary>A duration from Go's count of nanoseconds (ProxyInfo, docs/spec/store.md 4.3), rounded as described for
    /// the type.</summary>
    public static TimeSpan FromNanoseconds(long nanoseconds)
    {
        var (ticks, left) = Math.DivRem(nanoseconds, TimeSpan.NanosecondsPerTick);
        if (Math.Abs(left) * 2 >= TimeSpan.NanosecondsPerTick || (ticks == 0 && left != 0))
        {
            ticks += Math.Sign(left);
        }

        return TimeSpan.FromTicks(ticks);
    }

    /// <summary>Go's count of nanoseconds; a duration beyond Go's range becomes the nearest one within it.</summary>
    public static long ToNanoseconds(TimeSpan duration) =>
        (long)Int128.Clamp((Int128)duration.Ticks * TimeSpan.NanosecondsPerTick, long.MinValue, long.MaxValue);

    /// <summary>One number with its unit, in nanoseconds; smaller fractions are cut off, as in Go.</summary>
    private static bool TryReadTerm(string text, ref ReadOnlySpan<char> rest, out UInt128 nanoseconds, out string error)
    {
        nanoseconds = 0;
        error = Invalid(text);
        var whole = LeadingDigits(rest);
        rest = rest[whole.Length..];
        var fraction = rest is ['.', ..] ? LeadingDigits(rest[1..]) : [];
        rest = rest is ['.', ..] ? rest[(1 + fraction.Length)..] : rest;

        if ((whole.IsEmpty && fraction.IsEmpty) || !TryReadNumber(whole, out var number))
        {
            return false;
        }

        var unitLength = rest.IndexOfAnyInRange('0', '9') is var digit and >= 0 ? digit : rest.Length;
        unitLength = rest.IndexOf('.') is var point and >= 0 && point < unitLength ? point : unitLength;
        var unit = rest[..unitLength];
        if (NanosecondsPerUnit(unit) is not { } scale)
        {
            error = unit.IsEmpty ? $"time: missing unit in duration \"{text}\""
                : $"time: unknown unit \"{unit}\" in duration \"{text}\"";
            return false;
        }

        rest = rest[unitLength..];
        nanoseconds = ((UInt128)number * scale) + FractionOf(fraction, scale);
        return true;
    }

    private static UInt128 FractionOf(ReadOnlySpan<char> digits, ulong scale)
    {
        UInt128 value = 0;
        UInt128 divisor = 1;
        foreach (var digit in digits[..Math.Min(digits.Length, 18)])
        {
            value = (value * 10) + (uint)(digit - '0');
            divisor *= 10;
        }

        return value * scale / divisor;
    }

    private static ReadOnlySpan<char> LeadingDigits(ReadOnlySpan<char> text) =>
        text.IndexOfAnyExceptInRange('0', '9') is var end and >= 0 ? text[..end] : text;

    private static bool TryReadNumber(ReadOnlySpan<char> digits, out ulong number)
    {
        number = 0;
        return digits.IsEmpty || (ulong.TryParse(digits, out number) && number <= MaxMagnitude);
    }

    private static ulong? NanosecondsPerUnit(ReadOnlySpan<char> unit) => unit switch
    {
        "ns" => 1,
        "us" or "\u00b5s" or "\u03bcs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => null,
    };

    private static string Seconds(ulong ticks) =>
        Decimal(ticks % TimeSpan.TicksPerMinute, TimeSpan.TicksPerSecond) + "s";

    private static string Decimal(ulong ticks, ulong unit) =>
        ((decimal)ticks / unit).ToString("0.#######", System.Globalization.CultureInfo.InvariantCulture);

    private static string Invalid(string text) => $"time: invalid duration \"{text}\"";
}
