using Stolon.Store.Tests.Sqlite;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Stolon.Store.Tests;

/// <summary>The test program; with another first argument, a child process of some tests.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        [SqliteChild.Command, var task, var file] => SqliteChild.RunAsync(task, file),
        // From `dotnet test`.
        _ when args.Contains("--server") => TestPlatformTestFramework.RunAsync(
            args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
