using Stolon.Core.Common;
using Stolon.Wire.Go;

namespace Stolon.Hosting.CommandLine;

/// <summary>A valid command line: the command, its positional arguments, and the value of each flag.</summary>
public sealed class ParsedCommand
{
    private readonly IReadOnlyDictionary<string, FlagState> _flags;

    internal ParsedCommand(
        ValueList<string> path,
        ValueList<string> arguments,
        IReadOnlyDictionary<string, FlagState> flags,
        Func<string, string?> variable)
    {
        Path = path;
        Arguments = arguments;
        Variable = variable;
        _flags = flags;
    }

    /// <summary>The names from the root to the command: <c>stolonctl</c>, <c>clusterdata</c>, <c>read</c>.</summary>
    public ValueList<string> Path { get; }

    /// <summary>The positional arguments, including those after <c>--</c>.</summary>
    public ValueList<string> Arguments { get; }

    /// <summary>Returns the value of an environment variable, or null. For variables that belong to no flag, such as
    /// those of a store's own tools.</summary>
    public Func<string, string?> Variable { get; }

    /// <summary>True when the flag was set on the command line or in the environment, even to its default.</summary>
    public bool Changed(string name) => Find(name).Changed;

    public string Text(string name) => Value(name, FlagKind.Text);

    public bool Switch(string name) => GoSyntax.TryParseBool(Value(name, FlagKind.Switch)) is true;

    public TimeSpan Duration(string name) => GoDuration.Parse(Value(name, FlagKind.Duration));

    public long Number(string name) => GoSyntax.TryParseInteger(Value(name, FlagKind.Number)) ?? 0;

    /// <summary>Whether the command has this flag; the common options differ between the programs.</summary>
    internal bool Has(string name) => _flags.ContainsKey(name);

    private string Value(string name, FlagKind kind)
    {
        var flag = Find(name);
        return flag.Definition.Kind == kind ? flag.Value
            : throw new ArgumentException($"flag --{name} is {flag.Definition.Kind}, not {kind}", nameof(name));
    }

    private FlagState Find(string name) => _flags.TryGetValue(name, out var flag) ? flag
        : throw new ArgumentException($"the command defines no flag --{name}", nameof(name));
}
