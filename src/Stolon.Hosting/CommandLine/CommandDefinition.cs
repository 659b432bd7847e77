using Stolon.Core.Common;

namespace Stolon.Hosting.CommandLine;

/// <summary>A program, or one sub-command of it, as data: what may be written and what the help text says.</summary>
public sealed record CommandDefinition
{
    /// <summary>The word that selects it; for the root the program's name.</summary>
    public required string Name { get; init; }

    /// <summary>What follows the name in the usage line, e.g. <c>[keeper uid]</c>; empty = nothing.</summary>
    public string ArgumentsHelp { get; init; } = "";

    /// <summary>One line, for the parent's list of commands and the head of the help text.</summary>
    public required string Summary { get; init; }

    /// <summary>False: the command exists for its sub-commands only; alone it prints its help (exit 0).</summary>
    public bool Runs { get; init; } = true;

    /// <summary>Flags of this command and of every sub-command. Those of the root also come from the
    /// environment.</summary>
    public ValueList<FlagDefinition> SharedFlags { get; init; } = ValueList<FlagDefinition>.Empty;

    /// <summary>Flags of this command alone.</summary>
    public ValueList<FlagDefinition> Flags { get; init; } = ValueList<FlagDefinition>.Empty;

    public ValueList<CommandDefinition> Commands { get; init; } = ValueList<CommandDefinition>.Empty;

    /// <summary>Root only: <c>STKEEPER</c> and the like; null = nothing comes from the environment.</summary>
    public string? EnvironmentPrefix { get; init; }

    /// <summary>Printed by <c>--version</c>; null = the command has no such flag.</summary>
    public string? Version { get; init; }
}
