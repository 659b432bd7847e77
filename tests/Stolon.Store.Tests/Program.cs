using Stolon.Store.Tests.Sqlite;
using Xunit.Runner.InProc.SystemConsole;

namespace Stolon.Store.Tests;

/// <summary>The test program; with another first argument, a child process of some tests.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args is [SqliteChild.Command, var task, var file]
        ? SqliteChild.RunAsync(task, file)
        : ConsoleRunner.Run(args);
}
