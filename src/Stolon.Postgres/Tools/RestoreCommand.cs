using System.Text;

namespace Stolon.Postgres.Tools;

/// <summary>The shell command that restores a backup (docs/spec/cluster-specification.md 5,
/// dataRestoreCommand).</summary>
internal static class RestoreCommand
{
    /// <summary><c>%d</c> becomes the data directory, <c>%%</c> a percent sign; anything else stays as it is.</summary>
    public static string Expand(string command, string dataDirectory)
    {
        var expanded = new StringBuilder();
        for (var at = 0; at < command.Length; at++)
        {
            switch (command.AsSpan(at))
            {
                case ['%', 'd', ..]:
                    expanded.Append(dataDirectory);
                    at++;
                    break;
                case ['%', '%', ..]:
                    expanded.Append('%');
                    at++;
                    break;
                default:
                    expanded.Append(command[at]);
                    break;
            }
        }

        return expanded.ToString();
    }
}
