using System.Text;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Keeper;
using Stolon.Proxy;
using Stolon.Sentinel;

namespace Stolon.EntryPoints.Tests;

/// <summary>The four programs as their first line runs them, inside the test.</summary>
internal static class EntryPoint
{
    public const string Stolonctl = "stolonctl";

    public static TheoryData<string> Names => [.. Definitions.Keys];

    public static TheoryData<string> DaemonNames => [.. Definitions.Keys.Where(n => n != Stolonctl)];

    public static SortedDictionary<string, CommandDefinition> Definitions { get; } = new(StringComparer.Ordinal)
    {
        ["stolon-keeper"] = KeeperProgram.Definition.Command,
        ["stolon-sentinel"] = SentinelProgram.Definition.Command,
        ["stolon-proxy"] = ProxyProgram.Definition.Command,
        [Stolonctl] = Ctl.CtlCommands.Root,
    };

    /// <summary>Runs a program that will refuse, or print something and end.</summary>
    public static async Task<Ending> RunAsync(
        string program, IReadOnlyList<string> words, IReadOnlyDictionary<string, string>? variables = null)
    {
        using var output = new MemoryStream();
        using var error = new MemoryStream();
        var found = new ProcessEnvironment
        {
            Output = output,
            Error = error,
            ErrorIsTerminal = false,
            Variable = name => variables?.GetValueOrDefault(name),
            Time = TimeProvider.System,
        };
        var code = program switch
        {
            "stolon-keeper" => await AgentHost.RunAsync(KeeperProgram.Definition, words, found),
            "stolon-sentinel" => await AgentHost.RunAsync(SentinelProgram.Definition, words, found),
            "stolon-proxy" => await AgentHost.RunAsync(ProxyProgram.Definition, words, found),
            _ => await Ctl.Stolonctl.RunAsync(words, found, Stream.Null, Ctl.Stolonctl.OpenStore),
        };
        return new Ending(
            code, Encoding.UTF8.GetString(output.ToArray()), Encoding.UTF8.GetString(error.ToArray()));
    }
}

/// <summary>How a program ended and what it said.</summary>
internal sealed record Ending(int Code, string Output, string Error)
{
    /// <summary>The messages of the log lines of a level, in order.</summary>
    public IReadOnlyList<string> Logged(string level) =>
    [
        .. Error.Split('\n').Select(line => line.Split('\t')).Where(cells => cells.Length > 3 && cells[1] == level)
            .Select(cells => cells[3]),
    ];

    /// <summary>Refused with exactly one FATAL line, the last, and nothing on standard output.</summary>
    public string Refusal()
    {
        Assert.Equal(1, Code);
        Assert.Empty(Output);
        var reason = Assert.Single(Logged("FATAL"));
        Assert.EndsWith($"\t{reason}\n", Error, StringComparison.Ordinal);
        return reason;
    }
}
