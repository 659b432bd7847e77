using Stolon.Forwarding.Tests.Rig;
using Xunit.Runner.InProc.SystemConsole;

namespace Stolon.Forwarding.Tests;

/// <summary>The test program; called by itself it is the clients and the server of 10,000 connections, whose
/// descriptors one process cannot have beside the proxy's.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args) => args is [Crowd.Command, .. var rest]
        ? await Crowd.RunAsync(rest)
        : await ConsoleRunner.Run(args);
}
