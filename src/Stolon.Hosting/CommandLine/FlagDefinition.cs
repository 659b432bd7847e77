namespace Stolon.Hosting.CommandLine;

/// <summary>One flag of a command: what may be written and what it means when it is not.</summary>
public sealed record FlagDefinition
{
    private FlagDefinition()
    {
    }

    /// <summary>Without the leading dashes.</summary>
    public required string Name { get; init; }

    public required FlagKind Kind { get; init; }

    /// <summary>In the notation of the command line; must be valid for <see cref="Kind"/>.</summary>
    public required string Default { get; init; }

    /// <summary>One line of the help text.</summary>
    public required string Help { get; init; }

    /// <summary>The letter after one dash; null = none.</summary>
    public char? Shorthand { get; init; }

    /// <summary>What to use instead, told on standard error when the flag is set; null = not deprecated. A deprecated
    /// flag is missing in the help text.</summary>
    public string? Deprecated { get; init; }

    /// <summary>Another flag of the same command and kind, whose value this one sets too: of the two the one that is
    /// set last counts. Null = a flag of its own.</summary>
    public string? AliasOf { get; init; }

    /// <summary>Works, but is missing in the help text.</summary>
    public bool Hidden { get; init; }

    internal bool Listed => !Hidden && Deprecated is null;

    /// <summary>As errors name it: <c>--file</c> or <c>-f, --file</c>.</summary>
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
