using System.Text;
using Stolon.Core.Common;

namespace Stolon.Hosting.CommandLine;

/// <summary>Help and usage in the shape users of cobra's programs know.</summary>
internal static class HelpText
{
    private const int CommandNameWidth = 11;

    /// <summary>The whole help text, for standard output.</summary>
    public static string Help(ValueList<CommandDefinition> path) => $"{path[^1].Summary}\n\n{Usage(path)}";

    /// <summary>Without the summary: what follows an error on standard error.</summary>
    public static string Usage(ValueList<CommandDefinition> path)
    {
        var command = path[^1];
        var name = NameOf(path);
        var text = new StringBuilder("Usage:\n");
        if (command.Runs)
        {
            var arguments = command.ArgumentsHelp.Length > 0 ? " " + command.ArgumentsHelp : "";
            text.Append($"  {name}{arguments} [flags]\n");
        }

        if (command.Commands.Count > 0)
        {
            text.Append($"  {name} [command]\n\nAvailable Commands:\n");
            foreach (var child in CommandTree.ChildrenOf(path))
            {
                text.Append($"  {child.Name.PadRight(CommandNameWidth)} {child.Summary}\n");
            }
        }

        AppendFlags(text, "Flags", CommandTree.OwnFlags(path));
        AppendFlags(text, "Global Flags", CommandTree.InheritedFlags(path));
        if (command.Commands.Count > 0)
        {
            text.Append($"\nUse \"{name} [command] --help\" for more information about a command.\n");
        }

        return text.ToString();
    }

    public static string NameOf(ValueList<CommandDefinition> path) => string.Join(' ', path.Select(c => c.Name));

    private static void AppendFlags(StringBuilder text, string title, IEnumerable<FlagDefinition> flags)
    {
        var lines = flags.Where(f => f.Listed).OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => (Left: Left(f), ValueHint: ValueHint(f))).ToList();
        if (lines.Count == 0)
        {
            return;
        }

        var width = lines.Max(l => l.Left.Length);
        text.Append($"\n{title}:\n");
        foreach (var (left, right) in lines)
        {
            text.Append($"{left.PadRight(width)}   {right}\n");
        }
    }

    private static string Left(FlagDefinition flag)
    {
        var shorthand = flag.Shorthand is { } letter ? $"-{letter}, " : "    ";
        var type = flag.Kind switch
        {
            FlagKind.Text => " string",
            FlagKind.Duration => " duration",
            FlagKind.Number => " int",
            FlagKind.Switch => "",
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        return $"  {shorthand}--{flag.Name}{type}";
    }

    private static string ValueHint(FlagDefinition flag) => flag.Kind switch
    {
        FlagKind.Text when flag.Default.Length > 0 => $"{flag.Help} (default {GoSyntax.Quote(flag.Default)})",
        FlagKind.Duration when flag.Default is not "0s" => $"{flag.Help} (default {flag.Default})",
        FlagKind.Number when flag.Default is not "0" => $"{flag.Help} (default {flag.Default})",
        FlagKind.Switch when flag.Default is not "false" => $"{flag.Help} (default {flag.Default})",
        _ => flag.Help,
    };
}
