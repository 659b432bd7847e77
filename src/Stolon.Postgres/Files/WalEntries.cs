using System.Text.RegularExpressions;

namespace Stolon.Postgres.Files;

/// <summary>The files that PostgreSQL creates in its WAL directory. Other files there are not ours.</summary>
internal static partial class WalEntries
{
    public static IEnumerable<string> In(string directory) => Directory.Exists(directory)
        ? Directory.EnumerateFileSystemEntries(directory).Where(e => Name().IsMatch(Path.GetFileName(e)))
        : [];

    [GeneratedRegex(
        @"^([0-9A-F]{24}(\.partial|\.[0-9A-F]{8}\.backup)?|[0-9A-F]{8}\.history|archive_status|summaries|xlogtemp\..*"
        + "|RECOVERYXLOG|RECOVERYHISTORY)$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Name();
}
