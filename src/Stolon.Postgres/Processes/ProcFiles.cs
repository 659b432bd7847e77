using Stolon.Core.Common;

namespace Stolon.Postgres.Processes;

/// <summary>Reads /proc (proc(5)). A process that cannot be read is not ours.</summary>
internal static class ProcFiles
{
    private const string ServerProgram = "postgres";

    /// <summary>The state letter of proc(5), <c>R</c>, <c>S</c>, <c>T</c>, <c>Z</c>…; null: no such process.</summary>
    public static char? StateOf(int id)
    {
        var stat = ReadText($"/proc/{id}/stat");

        // The name before it is in parentheses, and may hold any.
        var afterName = stat.LastIndexOf(") ", StringComparison.Ordinal);
        return afterName < 0 ? null : stat[afterName + 2];
    }

    /// <summary>Whether it has ended, and its parent has not yet collected its exit status.</summary>
    public static bool IsZombie(int id) => StateOf(id) is 'Z' or 'X';

    /// <summary>Whether this process is a PostgreSQL server, or a backend of one, that works in this
    /// directory.</summary>
    /// <param name="directory">Without links in its path.</param>
    public static bool IsServerIn(int id, string directory) =>
        LinkTarget($"/proc/{id}/cwd") == directory
        && Path.GetFileName(LinkTarget($"/proc/{id}/exe"))?.StartsWith(ServerProgram, StringComparison.Ordinal) is true;

    /// <summary>All PostgreSQL processes that work in this directory: backends may outlive their server for a
    /// moment.</summary>
    public static ValueList<int> ServersIn(string directory) => [.. AllIds().Where(id => IsServerIn(id, directory))];

    /// <summary>All processes that were started with this environment variable set to this value.</summary>
    public static ValueList<int> StartedWith(string variable, string value)
    {
        var entry = $"{variable}={value}";
        return [.. AllIds().Where(id => ReadText($"/proc/{id}/environ").Split('\0').Contains(entry))];
    }

    private static IEnumerable<int> AllIds() =>
        Directory.EnumerateDirectories("/proc")
            .Select(d => int.TryParse(Path.GetFileName(d), out var id) ? id : 0)
            .Where(id => id > 0);

    internal static string ReadText(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
