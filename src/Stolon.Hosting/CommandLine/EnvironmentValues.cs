namespace Stolon.Hosting.CommandLine;

/// <summary>Values for the root's shared flags from the environment (docs/spec/store.md 1.1).</summary>
/// <remarks>Other variables are ignored: <c>STKEEPER_BIN</c>, common in scripts, belongs to no flag.</remarks>
internal static class EnvironmentValues
{
    /// <summary>The variable of a flag: <c>STKEEPER</c>, <c>pg-port</c> gives <c>STKEEPER_PG_PORT</c>.</summary>
    public static string VariableOf(string prefix, string flag) =>
        $"{prefix}_{flag.ToUpperInvariant().Replace('-', '_')}";

    /// <summary>Sets each flag whose variable is not empty, in the order of names.</summary>
    /// <returns>The last error; null: none.</returns>
    public static string? Apply(
        string prefix, IEnumerable<FlagDefinition> flags, Func<string, string?> variable,
        Func<FlagDefinition, string, string?> set)
    {
        string? lastError = null;
        foreach (var flag in flags.OrderBy(f => f.Name, StringComparer.Ordinal))
        {
            var name = VariableOf(prefix, flag.Name);
            if (variable(name) is { Length: > 0 } value && set(flag, value) is { } error)
            {
                lastError = $"invalid value {GoSyntax.Quote(value)} for {name}: {error}";
            }
        }

        return lastError;
    }
}
