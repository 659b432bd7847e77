using System.Text;

namespace Stolon.Ctl.Status;

/// <summary>Columns aligned with tabs, as Go's tabwriter does for the original (docs/spec/stolonctl.md 5).</summary>
internal static class TabTable
{
    private const int TabWidth = 8;

    /// <summary>The header is aligned with the first row only, and each later row by itself, because the original
    /// flushes its writer after each row.</summary>
    /// <param name="header">Its last cell is never padded.</param>
    /// <param name="rows">Cells; an empty last cell leaves a tab at the end of the line.</param>
    public static string Render(IReadOnlyList<string> header, IReadOnlyList<IReadOnlyList<string>> rows) =>
        Block([header, .. rows.Take(1)]) + string.Concat(rows.Skip(1).Select(row => Block([row])));

    /// <summary>Aligns lines with each other. The last cell of a line does not count for the width.</summary>
    internal static string Block(IReadOnlyList<IReadOnlyList<string>> lines)
    {
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            for (var column = 0; column < line.Count - 1; column++)
            {
                var width = lines.Where(other => column < other.Count - 1).Max(other => Width(other[column]));
                text.Append(line[column]).Append('\t', Tabs(Width(line[column]), width));
            }

            text.Append(line[^1]).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>Tabs up to the next multiple of eight that is greater than the longest text.</summary>
    private static int Tabs(int width, int widest)
    {
        var target = ((widest / TabWidth) + 1) * TabWidth;
        return (target - width + TabWidth - 1) / TabWidth;
    }

    /// <summary>Code points, as Go counts.</summary>
    private static int Width(string text) => text.EnumerateRunes().Count();
}
