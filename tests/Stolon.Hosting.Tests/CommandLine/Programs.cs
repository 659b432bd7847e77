using Stolon.Hosting.CommandLine;
using Stolon.Hosting.Options;

namespace Stolon.Hosting.Tests.CommandLine;

/// <summary>Two programs as the front doors define them, smaller.</summary>
internal static class Programs
{
    public static CommandDefinition Keeper { get; } = new()
    {
        Name = "stolon-keeper",
        Summary = "runs beside a PostgreSQL instance",
        EnvironmentPrefix = "STKEEPER",
        Version = "1.2.3",
        SharedFlags =
        [
            .. CommonFlags.Daemon,
            FlagDefinition.Text("pg-su-username", "postgres", "superuser"),
            FlagDefinition.Text("pg-su-password", "", "password"),
            FlagDefinition.Switch("can-be-master", true, "may be elected"),
            FlagDefinition.Number("idle", 0, "seconds"),
            FlagDefinition.Text("id", "", "uid") with { Deprecated = "please use --uid" },
        ],
    };

    public static CommandDefinition Control { get; } = new()
    {
        Name = "stolonctl",
        Summary = "stolon command line client",
        EnvironmentPrefix = "STOLONCTL",
        Version = "1.2.3",
        Runs = false,
        SharedFlags = CommonFlags.Control,
        Commands =
        [
            new CommandDefinition
            {
                Name = "init",
                ArgumentsHelp = "[cluster spec]",
                Summary = "Initialize a new cluster",
                Flags =
                [
                    FlagDefinition.Text("file", "", "file with the spec") with { Shorthand = 'f' },
                    FlagDefinition.Switch("yes", false, "do not ask") with { Shorthand = 'y' },
                    FlagDefinition.Switch("patch", false, "merge") with { Shorthand = 'p' },
                ],
            },
            new CommandDefinition
            {
                Name = "clusterdata",
                Summary = "Manage the cluster data",
                Runs = false,
                Commands =
                [
                    new CommandDefinition
                    {
                        Name = "read",
                        Summary = "Print the cluster data",
                        Flags = [FlagDefinition.Switch("pretty", false, "indent")],
                    },
                ],
            },
        ],
    };

    public static CommandLineOutcome Parse(CommandDefinition program, params string[] words) =>
        CommandLineParser.Parse(program, words, _ => null);

    public static ParsedCommand Run(CommandDefinition program, params string[] words) =>
        Assert.IsType<CommandLineOutcome.Run>(Parse(program, words)).Command;

    public static CommandLineOutcome.Refuse Refuse(CommandDefinition program, params string[] words) =>
        Assert.IsType<CommandLineOutcome.Refuse>(Parse(program, words));

    public static CommandLineOutcome WithEnvironment(
        CommandDefinition program, Dictionary<string, string> environment, params string[] words) =>
        CommandLineParser.Parse(program, words, environment.GetValueOrDefault);
}
