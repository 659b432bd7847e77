using Microsoft.Extensions.Logging;
using Stolon.Agents.Sentinel;
using Stolon.Core.Model;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Hosting.Options;
using Stolon.Hosting.Stores;
using Stolon.Wire;

namespace Stolon.Sentinel;

/// <summary>The program <c>stolon-sentinel</c>: its command line, and the agent composed from it (docs/spec/sentinel.md
/// 1).</summary>
internal static class SentinelProgram
{
    private const string InitialSpec = "initial-cluster-spec";

    public static AgentProgram Definition { get; } = new()
    {
        Component = "sentinel",
        Command = new CommandDefinition
        {
            Name = "stolon-sentinel",
            Summary = "stolon sentinel: monitors the keepers and elects the primary",
            EnvironmentPrefix = "STSENTINEL",
            Version = ProgramVersion.Text,
            SharedFlags =
            [
                .. CommonFlags.Daemon,
                FlagDefinition.Text(
                    InitialSpec, "",
                    "file with the specification of a new cluster, used only while there is no cluster data"),
            ],
        },
        ComposeAsync = (start, _) => Task.FromResult(Compose(start)),
    };

    private static Agent Compose(AgentStart start)
    {
        var common = CommonOptions.ReadValid(start.Command);
        var options = new SentinelOptions
        {
            Uid = new SentinelUid(start.Ids.NextUid()),
            InitialSpec = ReadSpec(start.Command.Text(InitialSpec), start.Logs.CreateLogger("sentinel")),
        };
        var connection = StoreConnection.Open(common, start.Time, start.Logs.CreateLogger("store"));
        var agent = new SentinelAgent(
            connection.Store, connection.Election, options, start.Ids, start.Time, start.Logs.CreateLogger("sentinel"));
        return new Agent { Common = common, RunAsync = agent.RunAsync };
    }

    private static ClusterSpec? ReadSpec(string path, ILogger logger)
    {
        if (path.Length == 0)
        {
            return null;
        }

        try
        {
            var text = File.ReadAllText(path);
            var spec = SpecJson.Decode(text);
            if (SpecJson.UnknownMembers(text) is { Count: > 0 } unknown)
            {
                InitialSpecLog.UnknownMembers(logger, string.Join(", ", unknown));
            }

            return ClusterSpecRules.FirstProblem(spec) is { } problem
                ? throw new FatalException($"invalid initial cluster spec in {path}: {problem}")
                : spec;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FatalException($"cannot read initial cluster spec {path}: {e.Message}", e);
        }
        catch (WireFormatException e)
        {
            throw new FatalException($"cannot parse initial cluster spec {path}: {e.Message}", e);
        }
    }
}
