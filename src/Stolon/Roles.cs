using System.Text;
using Stolon.Ctl;
using Stolon.Hosting;
using Stolon.Keeper;
using Stolon.Proxy;
using Stolon.Sentinel;

namespace Stolon;

/// <summary>The four roles of the program. Each has a link to the program (<c>stolon-keeper</c>) and a command
/// (<c>stolon keeper</c>), which do the same.</summary>
internal static class Roles
{
    private const string Usage =
        """
        usage: stolon COMMAND [ARGUMENTS]

          keeper      runs a PostgreSQL instance as the cluster data require  (stolon-keeper)
          sentinel    monitors the keepers and elects the primary             (stolon-sentinel)
          proxy       forwards clients to the primary                         (stolon-proxy)
          ctl         shows and changes a cluster                             (stolonctl)

        "stolon COMMAND --help" describes a command.

        """;

    private static readonly Role[] All =
    [
        new("stolon-keeper", "keeper",
            (words, environment) => AgentHost.RunAsync(KeeperProgram.Definition, words, environment)),
        new("stolon-sentinel", "sentinel",
            (words, environment) => AgentHost.RunAsync(SentinelProgram.Definition, words, environment)),
        new("stolon-proxy", "proxy",
            (words, environment) => AgentHost.RunAsync(ProxyProgram.Definition, words, environment)),
        new("stolonctl", "ctl", (words, environment) => Stolonctl.RunAsync(
            words, environment, Console.OpenStandardInput(), Stolonctl.OpenStore)),
    ];

    /// <param name="name">The name by which the program was started; the name of a link selects the role.</param>
    /// <returns>The exit code; 1: there is no such command.</returns>
    public static Task<int> RunAsync(string name, IReadOnlyList<string> arguments, ProcessEnvironment environment)
    {
        if (All.FirstOrDefault(r => r.Link == name) is { } linked)
        {
            return linked.RunAsync(arguments, environment);
        }

        var command = arguments.Count > 0 ? arguments[0] : null;
        return All.FirstOrDefault(r => r.Command == command) is { } commanded
            ? commanded.RunAsync([.. arguments.Skip(1)], environment)
            : ExplainAsync(arguments, environment);
    }

    private static async Task<int> ExplainAsync(IReadOnlyList<string> arguments, ProcessEnvironment environment)
    {
        var (text, error) = arguments switch
        {
            [] or ["-h" or "--help" or "help", ..] => (Usage, false),
            ["--version" or "version", ..] => ($"stolon version {ProgramVersion.Text}\n", false),
            [var unknown, ..] => ($"stolon: there is no command \"{unknown}\"\n\n{Usage}", true),
        };
        await (error ? environment.Error : environment.Output).WriteAsync(Encoding.UTF8.GetBytes(text));
        return error ? 1 : 0;
    }

    private sealed record Role(
        string Link, string Command, Func<IReadOnlyList<string>, ProcessEnvironment, Task<int>> RunAsync);
}
