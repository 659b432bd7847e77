using Stolon.Core.Common;

namespace Stolon.Hosting.CommandLine;

/// <summary>Defines a program or a sub-command: its syntax and its help.</summary>
public sealed record CommandDefinition
{
    /// <summary>The word that selects it; for the root, the program's name.</summary>
    public required string Name { get; init; }

    /// <summary>What follows the name in the usage line, e.g. <c>[keeper uid]</c>; empty: nothing.</summary>
    public string ArgumentsHelp { get; init; } = "";

    /// <summary>One line, for the parent's list of commands and the start of the help text.</summary>
    public required string Summary { get; init; }

    /// <summary>False: the command only has sub-commands; without one it prints its help (exit 0).</summary>
    public bool Runs { get; init; } = true;

    /// <summary>Flags of this command and of every sub-command. The root's can also be set by environment
    /// variables.</summary>
    public ValueList<FlagDefinition> SharedFlags { get; init; } = ValueList<FlagDefinition>.Empty;

    /// <summary>Flags of this command alone.</summary>
    public ValueList<FlagDefinition> Flags { get; init; } = ValueList<FlagDefinition>.Empty;

    public ValueList<CommandDefinition> Commands { get; init; } = ValueList<CommandDefinition>.Empty;

    /// <summary>Root only: such as <c>STKEEPER</c>; null: environment variables are not read.</summary>
    public string? EnvironmentPrefix { get; init; }

    /// <summary>Printed by <c>--version</c>; null: the command has no such flag.</summary>
    public string? Version { get; init; }
}
