using Stolon.Testing;
using Xunit.Runner.InProc.SystemConsole;

namespace Stolon.Postgres.Tests;

/// <summary>The test program; started by root it makes a small disk and goes on as an ordinary user.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args)
    {
        if (OrdinaryUser.IsNeeded)
        {
            using var disk = SmallDisk.Mount();
            return OrdinaryUser.RunAgain(args, (SmallDisk.Variable, disk.Path));
        }

        return args is [KilledKeeper.Command, .. var rest]
            ? await KilledKeeper.RunAsync(rest)
            : await ConsoleRunner.Run(args);
    }
}
