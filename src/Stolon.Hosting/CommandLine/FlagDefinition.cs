namespace Stolon.Hosting.CommandLine;

/// <summary>Defines a flag of a command.</summary>
public sealed record FlagDefinition
{
    private FlagDefinition()
    {
    }

    /// <summary>Without the leading dashes.</summary>
    public required string Name { get; init; }

    public required FlagKind Kind { get; init; }

    /// <summary>In the syntax of the command line; valid for <see cref="Kind"/>.</summary>
    public required string Default { get; init; }

    /// <summary>One line of the help text.</summary>
    public required string Help { get; init; }

    /// <summary>The letter after one dash; null: none.</summary>
    public char? Shorthand { get; init; }

    /// <summary>What to use instead, printed to standard error when the flag is set; null: not deprecated. The help
    /// text does not list deprecated flags.</summary>
    public string? Deprecated { get; init; }

    /// <summary>Another flag of the same command and kind, whose value this flag sets too. The one that is set last
    /// counts. Null: not an alias.</summary>
    public string? AliasOf { get; init; }

    /// <summary>The help text does not list it.</summary>
    public bool Hidden { get; init; }

    internal bool Listed => !Hidden && Deprecated is null;

    /// <summary>The name in errors: <c>--file</c> or <c>-f, --file</c>.</summary>
    internal string Display => Shorthand is { } letter ? $"-{letter}, --{Name}" : $"--{Name}";

    public static FlagDefinition Text(string name, string defaultValue, string help) =>
        new() { Name = name, Kind = FlagKind.Text, Default = defaultValue, Help = help };

    public static FlagDefinition Switch(string name, bool defaultValue, string help) =>
        new() { Name = name, Kind = FlagKind.Switch, Default = defaultValue ? "true" : "false", Help = help };

    public static FlagDefinition Duration(string name, TimeSpan defaultValue, string help) =>
        new() { Name = name, Kind = FlagKind.Duration, Default = Wire.Go.GoDuration.Format(defaultValue), Help = help };

    public static FlagDefinition Number(string name, long defaultValue, string help) =>
        new() { Name = name, Kind = FlagKind.Number, Default = defaultValue.ToString(), Help = help };
}
