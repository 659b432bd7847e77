using Stolon.Store.Tests.Sqlite;
using Xunit.Runner.InProc.SystemConsole;

namespace Stolon.Store.Tests;

/// <summary>The test program, and with another first argument a process that some of its tests start.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args is [SqliteChild.Command, var task, var file]
        ? SqliteChild.RunAsync(task, file)
        : ConsoleRunner.Run(args);
}
