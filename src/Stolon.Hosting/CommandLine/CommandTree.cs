using Stolon.Core.Common;

namespace Stolon.Hosting.CommandLine;

/// <summary>The sub-commands and flags that commands have in addition to their definitions: help, version, and
/// inherited flags.</summary>
internal static class CommandTree
{
    public const string HelpFlag = "help";
    public const string VersionFlag = "version";
    public const string HelpCommand = "help";

    private static readonly CommandDefinition Help = new()
    {
        Name = HelpCommand,
        ArgumentsHelp = "[command]",
        Summary = "Help about any command",
    };

    /// <summary>The sub-commands of the last command of a path, sorted by name. The root also has
    /// <c>help</c>.</summary>
    public static IEnumerable<CommandDefinition> ChildrenOf(ValueList<CommandDefinition> path) =>
        (path.Count == 1 && path[0].Commands.Count > 0 ? path[0].Commands.Append(Help) : path[^1].Commands)
        .OrderBy(c => c.Name, StringComparer.Ordinal);

    public static IEnumerable<FlagDefinition> OwnFlags(ValueList<CommandDefinition> path)
    {
        var command = path[^1];
        var help = FlagDefinition.Switch(HelpFlag, false, $"help for {command.Name}") with { Shorthand = 'h' };
        var version = FlagDefinition.Switch(VersionFlag, false, $"version for {command.Name}");
        return command.SharedFlags.Concat(command.Flags).Append(help)
            .Concat(command.Version is null ? [] : [version]);
    }

    public static IEnumerable<FlagDefinition> InheritedFlags(ValueList<CommandDefinition> path) =>
        path.Take(path.Count - 1).SelectMany(c => c.SharedFlags);
}
