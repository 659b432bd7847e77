using System.Text.RegularExpressions;
using Stolon.Hosting.CommandLine;

namespace Stolon.EntryPoints.Tests.Documents;

/// <summary>Whether the programs take the commands that a page tells its reader to type.</summary>
internal static partial class CommandCheck
{
    /// <summary>What may stand before a program's name without changing what it is told.</summary>
    private static readonly string[] Before =
        ["!", "if", "while", "until", "do", "then", "time", "exec", "env", "nohup", "setsid", "sudo", "watch"];

    /// <summary>Their arguments may be named like our programs.</summary>
    private static readonly string[] AboutFiles = ["systemctl", "journalctl", "cp", "install", "ls"];

    public static IEnumerable<string> Problems(DocumentBlock block)
    {
        try
        {
            return ShellText.Commands(block.Text, block.Line)
                .SelectMany(command => OfCommand(command).Select(p => $"{block.Path}:{command.Line}: {p}"));
        }
        catch (FormatException e)
        {
            return [$"{block.Path}: {e.Message}"];
        }
    }

    /// <summary>Variables that look like an option's and are none.</summary>
    public static IEnumerable<string> UnknownVariables(DocumentFile file) =>
        from found in Variable().Matches(file.Text)
        where !KnownVariables.Contains(found.Value) && !found.Value.EndsWith('_')
        select $"{file.Path}:{1 + file.Text.AsSpan(0, found.Index).Count('\n')}: no option has {found.Value}";

    private static HashSet<string> KnownVariables { get; } =
    [
        .. EntryPoint.Definitions.Values.SelectMany(
            d => d.SharedFlags.Select(f => EnvironmentValues.VariableOf(d.EnvironmentPrefix!, f.Name))),
    ];

    private static IEnumerable<string> OfCommand(ShellCommand command)
    {
        var words = command.Words.SkipWhile(IsBefore).ToList();
        if (words.Count > 0 && EntryPoint.Definitions.TryGetValue(NameOf(words[0]), out var definition))
        {
            return Refused(definition, words[1..]);
        }

        return words.Exists(EntryPoint.Definitions.ContainsKey) && !AboutFiles.Contains(words[0])
            ? [$"cannot see what is run by {words[0]}: let the program stand first"]
            : [];
    }

    private static IEnumerable<string> Refused(CommandDefinition definition, IReadOnlyList<string> words) =>
        CommandLineParser.Parse(definition, words, _ => null).Match(
            run => OfArguments(definition, run.Command),
            _ => [],
            refuse => [refuse.Error]);

    private static IEnumerable<string> OfArguments(CommandDefinition definition, ParsedCommand command)
    {
        var arguments = command.Arguments;
        return (definition.Name, command.Path[^1]) switch
        {
            (EntryPoint.Stolonctl, "init" or "update") when arguments.Count == 1 => SpecCheck.Problems(
                arguments[0], isPatch: command.Path[^1] == "update" && command.Switch("patch")),
            (EntryPoint.Stolonctl, "init") when arguments.Count == 0 => [],
            (EntryPoint.Stolonctl, "update") when arguments.Count == 0 && command.Text("file").Length > 0 => [],
            (EntryPoint.Stolonctl, "failkeeper" or "removekeeper") when arguments.Count == 1 => [],
            (EntryPoint.Stolonctl, not ("init" or "update" or "failkeeper" or "removekeeper"))
                or (not EntryPoint.Stolonctl, _) when arguments.Count == 0 => [],
            _ => [$"{arguments.Count} arguments: {string.Join(' ', arguments)}"],
        };
    }

    private static bool IsBefore(string word) =>
        Before.Contains(word) || word.StartsWith('-') || Assignment().IsMatch(word);

    private static string NameOf(string word) => word[(word.LastIndexOf('/') + 1)..];

    [GeneratedRegex("^[A-Za-z_][A-Za-z_0-9]*=")]
    private static partial Regex Assignment();

    [GeneratedRegex(@"\b(STKEEPER|STSENTINEL|STPROXY|STOLONCTL)_[A-Z_]*", RegexOptions.ExplicitCapture)]
    private static partial Regex Variable();
}
