using System.Globalization;

namespace Stolon.Core.Postgres;

/// <summary>The name of a WAL segment: 24 upper-case hexadecimal digits.</summary>
/// <param name="Timeline">First 8 digits.</param>
/// <param name="Log">Next 8 digits: the high half of the positions in the segment.</param>
/// <param name="Segment">Last 8 digits: the low half divided by the segment size.</param>
/// <remarks>PostgreSQL manual, "WAL Internals".</remarks>
public readonly record struct WalFileName(uint Timeline, uint Log, uint Segment)
{
    /// <summary>16 MiB, PostgreSQL's default; initdb can set another size.</summary>
    public const uint DefaultSegmentBytes = 16 * 1024 * 1024;

    private const int Length = 24;

    /// <summary>False for anything but 24 digits, also for history and partial files.</summary>
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

    /// <summary>The first segment by name among the files of a directory; null: none.</summary>
    /// <remarks>Source: docs/spec/keeper.md 7.4. Names sort by timeline first, so this is also the oldest
    /// WAL.</remarks>
    public static string? Oldest(IEnumerable<string> fileNames) =>
        fileNames.Where(name => TryParse(name, out _)).Min(StringComparer.Ordinal);

    /// <summary>The segment that contains <paramref name="position"/>.</summary>
    public static WalFileName Holding(Timeline timeline, Lsn position, uint segmentBytes = DefaultSegmentBytes) =>
        new((uint)timeline.Value, (uint)(position.Value >> 32), (uint)position.Value / segmentBytes);

    /// <summary>Whether the source still has the WAL that a standby at this position needs next.</summary>
    /// <param name="oldestOnSource">Name of the source's oldest segment; null or unreadable: unknown.</param>
    /// <returns>True if the segment of the position is not older than the oldest one, or if that is unknown, because a
    /// new clone needs certainty. Timelines are not compared (docs/spec/sentinel.md 9).</returns>
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
