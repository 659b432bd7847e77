using System.Text;
using Stolon.Core.Common;
using Stolon.Hosting.CommandLine;

namespace Stolon.EntryPoints.Tests;

/// <summary>A page of docs/reference/commands, from the declarations of a program's options.</summary>
internal static class CommandPage
{
    private const string Note =
        "<!-- Generated from the declarations in src/ by tests/Stolon.EntryPoints.Tests: do not edit. CONTRIBUTING.md "
        + "says how to regenerate it. -->";

    public static string Of(CommandDefinition root)
    {
        var page = new StringBuilder($"{Note}\n\n");
        Append(page, [root]);
        return page.ToString();
    }

    private static void Append(StringBuilder page, ValueList<CommandDefinition> path)
    {
        var command = path[^1];
        var name = HelpText.NameOf(path);
        page.Append($"{(path.Count == 1 ? "#" : "\n##")} {name}\n\n{command.Summary}\n");
        if (command.Runs)
        {
            var arguments = command.ArgumentsHelp.Length > 0 ? " " + command.ArgumentsHelp : "";
            page.Append($"\n```text\n{name}{arguments} [flags]\n```\n");
        }

        AppendFlags(page, path);
        if (path.Count == 1)
        {
            page.Append('\n').Append(Syntax(command));
        }

        foreach (var child in command.Commands.OrderBy(c => c.Name, StringComparer.Ordinal))
        {
            Append(page, [.. path, child]);
        }
    }

    private static void AppendFlags(StringBuilder page, ValueList<CommandDefinition> path)
    {
        var command = path[^1];
        var prefix = path.Count == 1 ? command.EnvironmentPrefix : null;
        var flags = CommandTree.OwnFlags(path)
            .Where(f => !f.Hidden && (path.Count == 1 || f.Name != CommandTree.HelpFlag))
            .OrderBy(f => f.Name, StringComparer.Ordinal)
            .ToList();
        if (flags.Count == 0)
        {
            return;
        }

        page.Append(prefix is null ? "\n| option | type | default | meaning |\n| --- | --- | --- | --- |\n"
            : "\n| option | type | default | environment | meaning |\n| --- | --- | --- | --- | --- |\n");
        foreach (var flag in flags)
        {
            var variable = prefix is null ? ""
                : command.SharedFlags.Contains(flag) ? $"`{EnvironmentValues.VariableOf(prefix, flag.Name)}` | " : "| ";
            page.Append($"| `{flag.Display}` | {TypeOf(flag.Kind)} | {Code(flag.Default)} ")
                .Append($"| {variable}{Meaning(flag)} |\n");
        }
    }

    private static string Meaning(FlagDefinition flag) =>
        (flag.Deprecated is { } instead ? $"{flag.Help}; **deprecated**: {instead}" : flag.Help).Replace("|", "\\|");

    private static string Code(string text) => text.Length == 0 ? "" : $"`{text}`";

    private static string TypeOf(FlagKind kind) => kind switch
    {
        FlagKind.Text => "text",
        FlagKind.Switch => "switch",
        FlagKind.Duration => "duration",
        FlagKind.Number => "number",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, message: null),
    };

    private static string Syntax(CommandDefinition root) =>
        """
        Options are written `--name=value` or `--name value`, switches `--name` or `--name=false` (also `t`, `f`, `1`,
        `0`); a letter stands behind one dash: `-f file`, `-ffile`, `-f=file`. `--` ends them. Durations are Go's: `5s`,
        `1m30s`. The environment is read first, so the command line wins; an empty variable counts as not set, and a
        variable of no option is ignored. A wrong value ends the program with one FATAL line on standard error, on the
        command line, as an unknown option does, after the usage: [exit codes and signals](../exit-codes.md).

        """
        + (root.Commands.IsEmpty ? "" : "\nThe options above may be given to each of the following commands too.\n");
}
