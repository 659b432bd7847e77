using Stolon.Core.Common;
using Stolon.Ctl.Commands;
using Stolon.Hosting;
using Stolon.Hosting.CommandLine;
using Stolon.Hosting.Options;

namespace Stolon.Ctl;

/// <summary>The commands of stolonctl: their flags and their actions (docs/spec/stolonctl.md 1).</summary>
internal static class CtlCommands
{
    private const string KeeperRequired = "keeper uid required";

    public static CommandDefinition Root { get; } = new()
    {
        Name = "stolonctl",
        Summary = "stolon command line client",
        Runs = false,
        EnvironmentPrefix = "STOLONCTL",
        Version = ProgramVersion.Text,
        SharedFlags = CommonFlags.Control,
        Commands =
        [
            Command("init", "[cluster spec]", "Initialize a new cluster", InitCommand.Flags),
            Command("update", "[cluster spec or patch]", "Update a cluster specification", UpdateCommand.Flags),
            Command("spec", "", "Retrieve the current cluster specification", SpecCommand.Flags),
            Command("status", "", "Display the current cluster status", StatusCommand.Flags),
            Command("clusterdata", "", "Manage current cluster data", []) with
            {
                Runs = false,
                Commands =
                [
                    Command("read", "", "Retrieve the current cluster data", ClusterDataCommands.ReadFlags),
                    Command("write", "", "Write cluster data", ClusterDataCommands.WriteFlags),
                ],
            },
            Command("failkeeper", "[keeper uid]", "Force keeper as \"temporarily\" failed", []),
            Command("removekeeper", "[keeper uid]", "Removes keeper from cluster data", []),
            Command("promote", "", "Promotes a standby cluster to a primary cluster", PromoteCommand.Flags),
            Command(
                "register", "", "Register stolon keepers for service discovery", RegisterCommand.Flags) with
            {
                Version = ProgramVersion.Text,
            },
            Command(VersionCommand.Name, "", "Display the version", []),
        ],
    };

    /// <summary>The action of the command at this path.</summary>
    public static CtlTask Find(ValueList<string> path) => string.Join(' ', path.Skip(1)) switch
    {
        "init" => new CtlTask(InitCommand.RunAsync) { MaximumArguments = 1 },
        "update" => new CtlTask(UpdateCommand.RunAsync) { MaximumArguments = 1 },
        "spec" => new CtlTask(SpecCommand.RunAsync),
        "status" => new CtlTask(StatusCommand.RunAsync),
        "clusterdata read" => new CtlTask(ClusterDataCommands.ReadAsync),
        "clusterdata write" => new CtlTask(ClusterDataCommands.WriteAsync),
        "failkeeper" => new CtlTask(KeeperCommands.FailAsync)
        {
            MaximumArguments = 1,
            ArgumentRequired = KeeperRequired,
        },
        "removekeeper" => new CtlTask(KeeperCommands.RemoveAsync)
        {
            MaximumArguments = 1,
            ArgumentRequired = KeeperRequired,
        },
        "promote" => new CtlTask(PromoteCommand.RunAsync) { MaximumArguments = 0 },
        "register" => new CtlTask(RegisterCommand.RunAsync),
        var unknown => throw new ArgumentException($"no command \"{unknown}\"", nameof(path)),
    };

    private static CommandDefinition Command(
        string name, string arguments, string summary, ValueList<FlagDefinition> flags) =>
        new() { Name = name, ArgumentsHelp = arguments, Summary = summary, Flags = flags };
}
