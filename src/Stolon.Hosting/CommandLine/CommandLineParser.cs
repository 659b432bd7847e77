using Stolon.Core.Common;

namespace Stolon.Hosting.CommandLine;

/// <summary>Parses a program's environment and arguments as spf13/pflag and cobra 0.0.5 do (docs/spec/store.md
/// 1.1).</summary>
/// <remarks>Prints nothing. Why not System.CommandLine: docs/adr/0005-command-line.md.</remarks>
public static class CommandLineParser
{
    /// <param name="variable">Returns the value of an environment variable, or null.</param>
    public static CommandLineOutcome Parse(
        CommandDefinition root, IReadOnlyList<string> words, Func<string, string?> variable)
    {
        ArgumentNullException.ThrowIfNull(root);
        ArgumentNullException.ThrowIfNull(words);
        ArgumentNullException.ThrowIfNull(variable);
        var notices = new List<string>();
        return Read(root, words, variable, notices) with { Notices = [.. notices] };
    }

    private static CommandLineOutcome Read(
        CommandDefinition root, IReadOnlyList<string> words, Func<string, string?> variable, List<string> notices)
    {
        var shared = root.SharedFlags.Select(f => new FlagState(f)).ToList();
        if (ReadEnvironment(root, shared, variable, notices) is { } error)
        {
            return new CommandLineOutcome.Refuse(error, "");
        }

        var (path, rest) = Choose([root], words);
        if (path.Count == 1 && root.Commands.Count > 0 && FirstArgument(path, rest) is { } unknown)
        {
            return UnknownCommand(root, rest[unknown]);
        }

        return path[^1].Name == CommandTree.HelpCommand && path.Count == 2
            ? HelpAbout(root, rest)
            : ReadFlags(path, rest, shared, variable, notices);
    }

    private static string? ReadEnvironment(
        CommandDefinition root, List<FlagState> shared, Func<string, string?> variable, List<string> notices)
    {
        if (root.EnvironmentPrefix is not { } prefix)
        {
            return null;
        }

        var flags = new FlagSet(shared, notices);
        return EnvironmentValues.Apply(
            prefix, root.SharedFlags, variable, (flag, value) => flags.Set(flags.Flags[flag.Name], value));
    }

    /// <summary>Follows the names of sub-commands; flags and their values may be between them.</summary>
    private static (ValueList<CommandDefinition> Path, IReadOnlyList<string> Words) Choose(
        ValueList<CommandDefinition> path, IReadOnlyList<string> words)
    {
        while (FirstArgument(path, words) is { } index
            && CommandTree.ChildrenOf(path).FirstOrDefault(c => c.Name == words[index]) is { } child)
        {
            path = [.. path, child];
            words = [.. words.Where((_, i) => i != index)];
        }

        return (path, words);
    }

    /// <summary>The index of the first word that is neither a flag nor a flag's value; null: there is none.</summary>
    private static int? FirstArgument(ValueList<CommandDefinition> path, IReadOnlyList<string> words)
    {
        var flags = FlagsOf(path, [], []);
        for (var index = 0; index < words.Count && words[index] is not "--"; index++)
        {
            if (flags.TakesNextWord(words[index]))
            {
                index++;
            }
            else if (words[index] is not ("" or ['-', ..]))
            {
                return index;
            }
        }

        return null;
    }

    private static FlagSet FlagsOf(ValueList<CommandDefinition> path, List<FlagState> shared, List<string> notices)
    {
        var definitions = CommandTree.InheritedFlags(path).Concat(CommandTree.OwnFlags(path));
        return new FlagSet(
            definitions.Select(d => shared.Find(s => s.Definition.Name == d.Name) ?? new FlagState(d)), notices);
    }

    private static CommandLineOutcome ReadFlags(
        ValueList<CommandDefinition> path,
        IReadOnlyList<string> words,
        List<FlagState> shared,
        Func<string, string?> variable,
        List<string> notices)
    {
        var command = path[^1];
        var flags = FlagsOf(path, shared, notices);
        if (flags.TryRead(words) is { } error)
        {
            return new CommandLineOutcome.Refuse(error, $"Error: {error}\n{HelpText.Usage(path)}\n");
        }

        var parsed = new ParsedCommand(
            [.. path.Select(c => c.Name)], [.. flags.Arguments], flags.Flags, variable);
        if (parsed.Switch(CommandTree.HelpFlag))
        {
            return new CommandLineOutcome.Print(HelpText.Help(path));
        }

        if (command.Version is { } version && parsed.Switch(CommandTree.VersionFlag))
        {
            return new CommandLineOutcome.Print($"{command.Name} version {version}\n");
        }

        return command.Runs
            ? new CommandLineOutcome.Run(parsed)
            : new CommandLineOutcome.Print(HelpText.Help(path));
    }

    private static CommandLineOutcome.Refuse UnknownCommand(CommandDefinition root, string word)
    {
        var error = $"unknown command {GoSyntax.Quote(word)} for {GoSyntax.Quote(root.Name)}";
        return new CommandLineOutcome.Refuse(error, $"Error: {error}\nRun '{root.Name} --help' for usage.\n");
    }

    private static CommandLineOutcome HelpAbout(CommandDefinition root, IReadOnlyList<string> words)
    {
        var (path, rest) = Choose([root], words);
        if (FirstArgument(path, rest) is { } unknown && path.Count == 1)
        {
            var error = $"unknown help topic {GoSyntax.Quote(rest[unknown])}";
            return new CommandLineOutcome.Refuse(error, $"Error: {error}\n{HelpText.Usage(path)}\n");
        }

        return new CommandLineOutcome.Print(HelpText.Help(path));
    }
}
