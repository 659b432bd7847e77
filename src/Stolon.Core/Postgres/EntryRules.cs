using Stolon.Core.Common;
using Stolon.Core.Keeper;

namespace Stolon.Core.Postgres;

/// <summary>The operator's parameters that must never be written, whatever the server accepts.</summary>
public static class EntryRules
{
    // With these PostgreSQL would look for its data, or for this file, elsewhere.
    private static readonly string[] FileLocations = ["data_directory", "config_file"];

    /// <summary>The parameters that must not be in the file, each with the reason.</summary>
    public static ValueList<LeftOutEntry> Unwritable(ValueMap<string, string> parameters) =>
        parameters
            .Select(p => (p.Key, Problem: ProblemWith(p.Key, p.Value)))
            .Where(p => p.Problem is not null)
            .Select(p => new LeftOutEntry(LeftOutKind.Parameter, p.Key, p.Problem!))
            .ToValueList();

    /// <summary>Null: it can be written, and PostgreSQL decides whether it is valid.</summary>
    public static string? ProblemWith(string name, string value) =>
        !IsName(name) ? "not a valid parameter name"
        : value.Contains('\0') ? "its value contains a NUL character"
        : FileLocations.Contains(name, StringComparer.OrdinalIgnoreCase) ? "the keeper decides where the files are"
        : null;

    // The lexer's ID and QUALIFIED_ID (manual, "Parameter Names and Values").
    private static bool IsName(string name) =>
        name.Length > 0
        && name.Split('.').All(part =>
            part.Length > 0
            && (char.IsAsciiLetter(part[0]) || part[0] == '_' || part[0] >= 0x80)
            && part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$' || c >= 0x80));
}
