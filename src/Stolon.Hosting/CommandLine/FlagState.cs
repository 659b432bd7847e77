using Stolon.Wire.Go;

namespace Stolon.Hosting.CommandLine;

/// <summary>A flag and its value while the command line is parsed.</summary>
internal sealed class FlagState(FlagDefinition definition)
{
    public FlagDefinition Definition { get; } = definition;

    public string Value { get; private set; } = definition.Default;

    public bool Changed { get; private set; }

    /// <summary>Sets the value, if it is valid.</summary>
    /// <returns>The error in pflag's words; null: none.</returns>
    public string? TrySet(string value)
    {
        var problem = Definition.Kind switch
        {
            FlagKind.Text => null,
            FlagKind.Switch => GoSyntax.TryParseBool(value) is null ? Invalid("ParseBool", value) : null,
            FlagKind.Duration => GoDuration.TryParse(value, out _, out var error) ? null : error,
            FlagKind.Number => GoSyntax.TryParseInteger(value) is null ? Invalid("ParseInt", value) : null,
            _ => throw new System.Diagnostics.UnreachableException(),
        };
        if (problem is not null)
        {
            return $"invalid argument {GoSyntax.Quote(value)} for \"{Definition.Display}\" flag: {problem}";
        }

        Value = value;
        Changed = true;
        return null;
    }

    private static string Invalid(string function, string value) =>
        $"strconv.{function}: parsing {GoSyntax.Quote(value)}: invalid syntax";
}
