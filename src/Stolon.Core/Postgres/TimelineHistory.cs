using System.Globalization;
using Stolon.Core.Common;

namespace Stolon.Core.Postgres;

/// <summary>Reads timeline history files, which the command <c>TIMELINE_HISTORY</c> also returns.</summary>
/// <remarks>PostgreSQL manual, "Streaming Replication Protocol". Each line is timeline, LSN and reason, separated by
/// white space. Empty lines and lines that begin with <c>#</c> are comments.</remarks>
public static class TimelineHistory
{
    /// <summary>The entries, oldest first.</summary>
    /// <exception cref="FormatException">A line is neither a comment nor an entry.</exception>
    public static ValueList<TimelineSwitch> Parse(string text)
    {
        var entries = new List<TimelineSwitch>();
        foreach (var line in text.Split('\n'))
        {
            var content = line.Trim();
            if (content.Length > 0 && content[0] != '#')
            {
                entries.Add(ParseEntry(content));
            }
        }

        return entries.ToValueList();
    }

    /// <summary>At most the last two entries. Only these are published, because the store limits the size of a
    /// document.</summary>
    public static ValueList<TimelineSwitch> LastTwo(ValueList<TimelineSwitch> history) =>
        history.TakeLast(2).ToValueList();

    private static TimelineSwitch ParseEntry(string line)
    {
        // Null separators: any white space. The reason is the rest of the line, white space included.
        var fields = line.Split((char[]?)null, 3, StringSplitOptions.RemoveEmptyEntries);
        if (fields is not [var timeline, var lsn, .. var rest]
            || !uint.TryParse(timeline, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            || !Lsn.TryParse(lsn, out var position))
        {
            throw new FormatException($"not a line of a timeline history: \"{line}\"");
        }

        return new TimelineSwitch(new Timeline(number), position, rest is [var reason] ? reason.Trim() : "");
    }
}
