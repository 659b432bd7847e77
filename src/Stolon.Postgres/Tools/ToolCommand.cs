namespace Stolon.Postgres.Tools;

/// <summary>One run of a program.</summary>
/// <param name="Program">A PostgreSQL program's name, or the absolute path of another.</param>
/// <param name="Arguments">Public on every system: never a password.</param>
internal sealed record ToolCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Null: no limit.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long a command of the operator's that it runs, the restore command, may take; null: no
    /// limit.</summary>
    public TimeSpan? CommandLimit { get; init; }

    /// <summary>The libpq password file to use; null: none.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Its messages are read, so they must not be translated.</summary>
    public bool UntranslatedOutput { get; init; }

    /// <summary>It fills the data directory: the next keeper must find it if this one is killed meanwhile.</summary>
    public bool FillsDataDirectory { get; init; }

    /// <summary>Its output goes to our own output instead of the log.</summary>
    public bool InheritOutput { get; init; }
}
