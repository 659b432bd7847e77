using System.Text;
using Stolon.Ctl;
using Stolon.Hosting;
using Stolon.Keeper;
using Stolon.Proxy;
using Stolon.Sentinel;

namespace Stolon;

/// <summary>One program with four roles. Each has a name of its own, by which it is found as a link to this program
/// (<c>stolon-keeper</c>), and a command (<c>stolon keeper</c>); both do the same.</summary>
internal static class Roles
{
    private const string Usage =
        """
        usage: stolon COMMAND [ARGUMENTS]

          keeper      runs one PostgreSQL instance as the cluster data says   (stolon-keeper)
          sentinel    judges the keepers and elects the primary               (stolon-sentinel)
          proxy       forwards clients to the primary                         (stolon-proxy)
          ctl         shows and steers a cluster                              (stolonctl)

        "stolon COMMAND --help" tells more of each.

        """;

    private static readonly Role[] _all =
    [
        new("stolon-keeper", "keeper", (words, around) => AgentHost.RunAsync(KeeperProgram.Definition, words, around)),
        new("stolon-sentinel", "sentinel",
            (words, around) => AgentHost.RunAsync(SentinelProgram.Definition, words, around)),
        new("stolon-proxy", "proxy", (words, around) => AgentHost.RunAsync(ProxyProgram.Definition, words, around)),
        new("stolonctl", "ctl", (words, around) => Stolonctl.RunAsync(
            words, around, Console.OpenStandardInput(), Stolonctl.OpenStore)),
    ];

    /// <param name="name">The name the program was started by; a link's name decides the role.</param>
    /// <returns>The exit code; 1: there is no such command.</returns>
    public static Task<int> RunAsync(string name, IReadOnlyList<string> arguments, ProcessEnvironment environment)
    {
        if (_all.FirstOrDefault(r => r.Link == name) is { } linked)
        {
            return linked.RunAsync(arguments, environment);
        }

        var command = arguments.Count > 0 ? arguments[0] : null;
        return _all.FirstOrDefault(r => r.Command == command) is { } commanded
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
