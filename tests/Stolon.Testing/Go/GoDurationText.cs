using System.Globalization;
using System.Text.RegularExpressions;

namespace Stolon.Testing.Go;

/// <summary>Go's duration strings (docs/spec/store.md 4.5), to and from nanoseconds.</summary>
internal static partial class GoDurationText
{
    private static readonly (string Unit, long Nanoseconds)[] Units =
    [
        ("ns", 1), ("us", 1000), ("µs", 1000), ("μs", 1000), ("ms", 1_000_000), ("s", 1_000_000_000),
        ("m", 60_000_000_000), ("h", 3_600_000_000_000),
    ];

    public static string Of(long nanoseconds)
    {
        var size = Math.Abs((decimal)nanoseconds);
        return (nanoseconds < 0 ? "-" : "") + size switch
        {
            0 => "0s",
            < 1_000 => $"{Text(size)}ns",
            < 1_000_000 => $"{Text(size / 1_000)}µs",
            < 1_000_000_000 => $"{Text(size / 1_000_000)}ms",
            < 60_000_000_000 => $"{Text(size / 1_000_000_000)}s",
            < 3_600_000_000_000 => $"{Text(Whole(size, 60))}m{Text(size % 60_000_000_000 / 1_000_000_000)}s",
            _ => $"{Text(Whole(size, 3600))}h{Text(Whole(size % 3_600_000_000_000, 60))}m"
                + $"{Text(size % 60_000_000_000 / 1_000_000_000)}s",
        };
    }

    /// <exception cref="FormatException">It is none.</exception>
    public static long Parse(string text)
    {
        var match = Form().Match(text);
        if (text is "0" or "+0" or "-0")
        {
            return 0;
        }

        if (!match.Success)
        {
            throw new FormatException($"time: invalid duration {text}");
        }

        var sum = match.Groups["number"].Captures.Zip(match.Groups["unit"].Captures).Sum(term =>
            decimal.Parse($"0{term.First.Value}", CultureInfo.InvariantCulture)
            * Units.First(unit => unit.Unit == term.Second.Value).Nanoseconds);
        return (long)Math.Truncate(text[0] == '-' ? -sum : sum);
    }

    private static decimal Whole(decimal nanoseconds, int seconds) =>
        Math.Truncate(nanoseconds / seconds / 1_000_000_000);

    private static string Text(decimal number) => number.ToString("0.#########", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^[-+]?((?<number>[0-9]+\.?[0-9]*|\.[0-9]+)(?<unit>ns|us|µs|μs|ms|s|m|h))+$")]
    private static partial Regex Form();
}
