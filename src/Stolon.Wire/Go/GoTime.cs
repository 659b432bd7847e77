using System.Globalization;
using Stolon.Core.Model;

namespace Stolon.Wire.Go;

/// <summary>Times as Go writes them: RFC 3339, fractional digits without trailing zeros (at most nine), <c>Z</c> or an
/// offset.</summary>
public static class GoTime
{
    private const int FractionDigits = 9;
    private const int DateTimeLength = 19;

    /// <summary>Reads a time exactly, except for fractional digits beyond the ninth, which Go cuts off too.</summary>
    public static bool TryParse(string text, out WallTime time)
    {
        ArgumentNullException.ThrowIfNull(text);
        time = default;
        if (text.Length <= DateTimeLength
            || !DateTime.TryParseExact(
                text.AsSpan(0, DateTimeLength),
                "yyyy-MM-dd'T'HH:mm:ss",
                CultureInfo.InvariantCulture,
                DateTimeStyles.None,
                out var seconds))
        {
            return false;
        }

        var rest = text.AsSpan(DateTimeLength);
        if (!TryTakeFraction(ref rest, out var nanoseconds) || !TryParseOffset(rest, out var offset))
        {
            return false;
        }

        var (ticks, extra) = Math.DivRem(nanoseconds, (int)TimeSpan.NanosecondsPerTick);
        var local = seconds.AddTicks(ticks);
        var utcTicks = local.Ticks - offset.Ticks;
        if (utcTicks < DateTime.MinValue.Ticks || utcTicks > DateTime.MaxValue.Ticks)
        {
            return false;
        }

        time = new WallTime(new DateTimeOffset(local, offset), extra);
        return true;
    }

    public static string Format(WallTime time)
    {
        var value = time.Value;
        var nanoseconds = (value.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick) + time.ExtraNanoseconds;
        var fraction = nanoseconds == 0
            ? ""
            : "." + nanoseconds.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0');
        var zone = value.Offset == TimeSpan.Zero
            ? "Z"
            : (value.Offset < TimeSpan.Zero ? "-" : "+")
                + value.Offset.ToString(@"hh\:mm", CultureInfo.InvariantCulture);
        return value.DateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture) + fraction + zone;
    }

    private static bool TryTakeFraction(ref ReadOnlySpan<char> rest, out int nanoseconds)
    {
        nanoseconds = 0;
        if (rest is not ['.', ..])
        {
            return true;
        }

        var end = rest[1..].IndexOfAnyExceptInRange('0', '9') is var found and >= 0 ? found + 1 : rest.Length;
        var digits = rest[1..end];
        rest = rest[end..];
        for (var i = 0; i < FractionDigits; i++)
        {
            nanoseconds = (nanoseconds * 10) + (i < digits.Length ? digits[i] - '0' : 0);
        }

        return !digits.IsEmpty;
    }

    private static bool TryParseOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        if (text is "Z")
        {
            return true;
        }

        if (text is not ['+' or '-', .., _, _, ':', _, _]
            || !TimeSpan.TryParseExact(text[1..], @"hh\:mm", CultureInfo.InvariantCulture, out offset))
        {
            return false;
        }

        offset = text[0] == '-' ? -offset : offset;
        return offset.Duration() <= TimeSpan.FromHours(14);
    }
}
