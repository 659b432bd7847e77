using System.Globalization;

namespace Stolon.Core.Postgres;

/// <summary>The name of a WAL segment: 24 upper-case hexadecimal digits.</summary>
/// <param name="Timeline">First 8 digits.</param>
/// <param name="Log">Next 8 digits: the high half of the positions in the segment.</param>
/// <param name="Segment">Last 8 digits: the low half divided by the segment size.</param>
/// <remarks>PostgreSQL manual, "WAL Internals".</remarks>
public readonly record struct WalFileName(uint Timeline, uint Log, uint Segment)
{
    /// <summary>16 MiB, PostgreSQL's default; other sizes are chosen at initdb.</summary>
    public const uint DefaultSegmentBytes = 16 * 1024 * 1024;

    private const int Length = 24;

    /// <summary>False for anything else than 24 digits, history and partial files too.</summary>
    public static bool TryParse(string? text, out WalFileName name)
    {
        name = default;
        if (text is not { Length: Length } || !text.All(c => char.IsAsciiDigit(c) || c is >= 'A' and <= 'F'))
        {
            return false;
        }

        name = new WalFileName(Hex(text, 0), Hex(text, 8), Hex(text, 16));
        return true;

        static uint Hex(string text, int start) =>
            uint.Parse(text.AsSpan(start, 8), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    /// <summary>The first by name of the segments among a directory's files; null when there is none.</summary>
    /// <remarks>Source: keeper.md 7.4. By name means by timeline first, so it is the oldest WAL as well.</remarks>
    public static string? Oldest(IEnumerable<string> fileNames) =>
        fileNames.Where(name => TryParse(name, out _)).Min(StringComparer.Ordinal);

    /// <summary>The segment that holds <paramref name="position"/>.</summary>
    public static WalFileName Holding(Timeline timeline, Lsn position, uint segmentBytes = DefaultSegmentBytes) =>
        new((uint)timeline.Value, (uint)(position.Value >> 32), (uint)position.Value / segmentBytes);

    /// <summary>Whether a standby at this position still finds the WAL it needs next on its source.</summary>
    /// <param name="oldestOnSource">Name of the oldest segment the source has; null or unreadable = unknown.</param>
    /// <returns>True when the segment of the position is not older than the oldest one, or when that is unknown: only
    /// certainty justifies a new clone. Timelines are not compared (sentinel.md 9).</returns>
    public static bool CanSync(Lsn standby, string? oldestOnSource, uint segmentBytes = DefaultSegmentBytes)
    {
        if (!TryParse(oldestOnSource, out var oldest))
        {
            return true;
        }

        var required = Holding(default, standby, segmentBytes);
        return (required.Log, required.Segment).CompareTo((oldest.Log, oldest.Segment)) >= 0;
    }

    public override string ToString() => $"{Timeline:X8}{Log:X8}{Segment:X8}";
}
