using Stolon.Forwarding.Tests.Rig;
using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Stolon.Forwarding.Tests;

/// <summary>The test program; called by itself it is the clients and the server of 10,000 connections, whose
/// descriptors one process cannot have beside the proxy's.</summary>
internal static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        [Crowd.Command, .. var rest] => Crowd.RunAsync(rest),
        // From `dotnet test`.
        _ when args.Contains("--server") => TestPlatformTestFramework.RunAsync(
            args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => ConsoleRunner.Run(args),
    };
}
