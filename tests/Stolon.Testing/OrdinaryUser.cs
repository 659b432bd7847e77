using System.Diagnostics;

namespace Stolon.Testing;

/// <summary>The user that runs PostgreSQL and the programs. PostgreSQL refuses root, so root's tests run them as
/// <c>postgres</c> or <c>nobody</c>, other users' tests as themselves.</summary>
public static class OrdinaryUser
{
    private static readonly string? Other = !IsNeeded ? null : Exists("postgres") ? "postgres" : "nobody";

    public static bool IsNeeded => Environment.UserName == "root";

    /// <summary>The command line that runs this one as the ordinary user, in the same process.</summary>
    public static IEnumerable<string> Command(IEnumerable<string> command)
    {
        if (Other is null)
        {
            return command;
        }

        var group = Other == "nobody" ? "nogroup" : Other;
        return ["setpriv", $"--reuid={Other}", $"--regid={group}", "--clear-groups", "--", .. command];
    }

    /// <summary>Gives the directory and its content to the ordinary user.</summary>
    public static void Give(string directory)
    {
        if (Other is not null)
        {
            Run("chown", "-R", $"{Other}:", directory);
        }
    }

    /// <summary>Runs this program again as the ordinary user, and returns its exit code.</summary>
    /// <remarks>From a copy, because a checkout may be in a directory that only root may enter.</remarks>
    public static int RunAgain(string[] args, params (string Name, string Value)[] environment)
    {
        var copy = Directory.CreateTempSubdirectory("stolon-tests-").FullName;
        try
        {
            Run("cp", "-r", AppContext.BaseDirectory, copy);
            Run("chmod", "-R", "a+rX", copy);
            var name = Path.GetFileName(Environment.ProcessPath!);
            var program = Directory.GetFiles(copy, name, SearchOption.AllDirectories)[0];
            string[] command = [.. Command([program, .. args])];
            var start = new ProcessStartInfo(command[0], command[1..])
            {
                UseShellExecute = false,
                WorkingDirectory = Path.GetTempPath(),
            };
            start.Environment["HOME"] = Path.GetTempPath();
            foreach (var (variable, value) in environment)
            {
                start.Environment[variable] = value;
            }

            using var process = Process.Start(start)!;
            process.WaitForExit();
            return process.ExitCode;
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }
    }

    private static bool Exists(string user) =>
        File.ReadLines("/etc/passwd").Any(line => line.StartsWith(user + ":", StringComparison.Ordinal));

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
    }
}
