using System.Text.RegularExpressions;

namespace Stolon.Postgres.Files;

/// <summary>The file systems of this host, from /proc/self/mountinfo (proc(5)).</summary>
internal static partial class MountPoints
{
    /// <summary>Whether a file system begins at this path, so that it cannot be renamed.</summary>
    /// <param name="path">Without links in it.</param>
    public static bool Contains(string path) => All().Contains(path);

    /// <summary>Where the file system begins that a path is on, or will be on once it exists.</summary>
    public static string Of(string path)
    {
        var near = Disk.Existing(path);
        var existing = Processes.ProcessCalls.RealPath(near, 0) ?? near;
        return All()
            .Where(m => m == "/" || existing == m || existing.StartsWith(m + "/", StringComparison.Ordinal))
            .MaxBy(m => m.Length) ?? "/";
    }

    private static List<string> All()
    {
        try
        {
            return [.. File.ReadLines("/proc/self/mountinfo")
                .Select(line => line.Split(' '))
                .Where(fields => fields.Length > 4)
                .Select(fields => Octal().Replace(
                    fields[4], m => $"{(char)Convert.ToInt32(m.Value[1..], 8)}"))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    // Blanks and the like are written as \040.
    [GeneratedRegex(@"\\[0-7]{3}", RegexOptions.CultureInvariant)]
    private static partial Regex Octal();
}
