using System.Collections;

namespace Stolon.Postgres.Tools;

/// <summary>The environment of our child processes.</summary>
internal static class ToolEnvironment
{
    /// <summary>Marks the tools that fill one data directory, with the keeper's path: the next keeper finds by it what
    /// a killed one left running.</summary>
    public const string Marker = "STOLON_TOOL_OF";

    // libpq prefers these to the password file and to what the connection string leaves open.
    private static readonly string[] LibpqOverrides =
        ["PGPASSWORD", "PGPASSFILE", "PGSERVICE", "PGOPTIONS", "PGHOSTADDR", "PGTARGETSESSIONATTRS", "PGDATA"];

    /// <summary>Ours, without the passwords in it.</summary>
    public static Dictionary<string, string> ForServer()
    {
        var environment = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            var name = (string)entry.Key;
            if (!IsSecret(name) && name != Marker)
            {
                environment[name] = (string?)entry.Value ?? "";
            }
        }

        return environment;
    }

    public static Dictionary<string, string> ForTool(ToolCommand command, string dataDirectory)
    {
        var environment = ForServer();
        foreach (var name in LibpqOverrides)
        {
            environment.Remove(name);
        }

        if (command.FillsDataDirectory)
        {
            environment[Marker] = dataDirectory;
        }

        if (command.PasswordFile is { } file)
        {
            environment["PGPASSFILE"] = file;
        }

        if (command.UntranslatedOutput)
        {
            environment["LC_ALL"] = "C";
        }

        return environment;
    }

    // The flag environment of the keeper, docs/spec/process-contract.md 1.
    private static bool IsSecret(string name) =>
        name.StartsWith("STKEEPER_", StringComparison.Ordinal) && name.EndsWith("PASSWORD", StringComparison.Ordinal);
}
