using System.Diagnostics;

namespace Stolon.Testing;

/// <summary>Lets a test program that was started by root go on as an ordinary user: PostgreSQL refuses root.</summary>
public static class OrdinaryUser
{
    private const string Nobody = "65534";

    public static bool IsNeeded => Environment.UserName == "root";

    /// <summary>Runs this very program again as user nobody, and gives its exit code.</summary>
    /// <remarks>From a copy: a checkout may lie in a directory that only root may enter.</remarks>
    public static int RunAgain(string[] args, params (string Name, string Value)[] environment)
    {
        var copy = Directory.CreateTempSubdirectory("stolon-tests-").FullName;
        try
        {
            Run("cp", "-r", AppContext.BaseDirectory, copy);
            Run("chmod", "-R", "a+rX", copy);
            var name = Path.GetFileName(Environment.ProcessPath!);
            var program = Directory.GetFiles(copy, name, SearchOption.AllDirectories)[0];
            var start = new ProcessStartInfo(
                "setpriv", [$"--reuid={Nobody}", $"--regid={Nobody}", "--clear-groups", "--", program, .. args])
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

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
    }
}
