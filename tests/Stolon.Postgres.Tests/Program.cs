using Stolon.Testing;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Stolon.Postgres.Tests;

/// <summary>The test program; started by root it makes a small disk and goes on as an ordinary user.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (OrdinaryUser.IsNeeded)
        {
            if (args.Contains("--server"))
            {
                await Console.Error.WriteLineAsync(
                    "PostgreSQL refuses root, and `dotnet test` accepts no test process of another user: run this "
                    + $"as an ordinary user, or run {Environment.ProcessPath} itself");
                return 2;
            }

            using var disk = SmallDisk.Mount();
            return OrdinaryUser.RunAgain(args, (SmallDisk.Variable, disk.Path));
        }

        return args switch
        {
            [KilledKeeper.Command, .. var rest] => await KilledKeeper.RunAsync(rest),
            // From `dotnet test`.
            _ when args.Contains("--server") => await TestPlatformTestFramework.RunAsync(
                args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
            _ => await ConsoleRunner.Run(args),
        };
    }
}
