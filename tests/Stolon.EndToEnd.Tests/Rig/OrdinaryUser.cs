using System.Diagnostics;

namespace Stolon.EndToEnd.Tests.Rig;

/// <summary>Who runs the programs: PostgreSQL refuses root, so root's tests run them as <c>postgres</c> or
/// <c>nobody</c>. Anybody else runs them as themselves.</summary>
public static class OrdinaryUser
{
    private static readonly string? Other =
        Environment.UserName != "root" ? null : Exists("postgres") ? "postgres" : "nobody";

    /// <summary>The command line that runs this one as the ordinary user, in the same process.</summary>
    public static IEnumerable<string> Command(IEnumerable<string> command)
    {
        if (Other is null)
        {
            return command;
        }

        var group = Other == "nobody" ? "nogroup" : Other;
        return ["setpriv", $"--reuid={Other}", $"--regid={group}", "--clear-groups", .. command];
    }

    /// <summary>Gives the directory and what is in it to the ordinary user.</summary>
    public static void Give(string directory)
    {
        if (Other is not null)
        {
            using var chown = Process.Start("chown", ["-R", $"{Other}:", directory]);
            chown.WaitForExit();
        }
    }

    private static bool Exists(string user) =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith(user + ":", StringComparison.Ordinal));
}
