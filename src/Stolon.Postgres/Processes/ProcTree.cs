using System.Globalization;

namespace Stolon.Postgres.Processes;

/// <summary>The process tree, from /proc (proc(5)).</summary>
internal static class ProcTree
{
    /// <summary>USER_HZ, the unit of times in /proc: 100 on every Linux that .NET runs on.</summary>
    private const double TicksPerSecond = 100;

    private const int ParentField = 1;
    private const int StartField = 19;

    /// <summary>The processes that this one has started and has not seen end.</summary>
    public static IReadOnlyList<int> ChildrenOf(int id)
    {
        // Kernels can be built without this file; then the parent of every process is read.
        try
        {
            return File.ReadAllText($"/proc/{id}/task/{id}/children")
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .Select(text => int.Parse(text, CultureInfo.InvariantCulture))
                .ToList();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ProcFiles.StateOf(id) is null ? [] : Scan(id);
        }
    }

    /// <summary>This process and all below it, itself first.</summary>
    public static IReadOnlyList<int> With(int id) => [id, .. ChildrenOf(id).SelectMany(With)];

    /// <summary>The command line, which a server's processes overwrite to show their activity.</summary>
    public static string TitleOf(int id) => ProcFiles.ReadText($"/proc/{id}/cmdline").Replace('\0', ' ').Trim();

    /// <summary>The program's name, without its arguments; "?" when it has ended.</summary>
    public static string ProgramOf(int id) =>
        ProcFiles.ReadText($"/proc/{id}/comm").Trim() is { Length: > 0 } name ? name : "?";

    /// <summary>How long it has been running; zero when unknown.</summary>
    public static TimeSpan AgeOf(int id)
    {
        var uptime = ProcFiles.ReadText("/proc/uptime").Split(' ')[0];
        return Field(id, StartField) is { } ticks
            && double.TryParse(uptime, NumberStyles.Float, CultureInfo.InvariantCulture, out var seconds)
            ? TimeSpan.FromSeconds(Math.Max(0, seconds - (ticks / TicksPerSecond)))
            : TimeSpan.Zero;
    }

    private static List<int> Scan(int parent) => Directory.EnumerateDirectories("/proc")
        .Select(d => int.TryParse(Path.GetFileName(d), out var id) ? id : 0)
        .Where(id => id > 0 && Field(id, ParentField) == parent)
        .ToList();

    /// <param name="index">Counted from the state letter, which is 0.</param>
    private static long? Field(int id, int index)
    {
        var stat = ProcFiles.ReadText($"/proc/{id}/stat");

        // The name before it is in parentheses, and may hold any.
        var afterName = stat.LastIndexOf(") ", StringComparison.Ordinal);
        return afterName >= 0
            && stat[(afterName + 2)..].Split(' ') is var fields && fields.Length > index
            && long.TryParse(fields[index], NumberStyles.Integer, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
    }
}
