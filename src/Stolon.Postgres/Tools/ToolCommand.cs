namespace Stolon.Postgres.Tools;

/// <summary>One run of a program.</summary>
/// <param name="Program">A PostgreSQL program's name, or the absolute path of another.</param>
/// <param name="Arguments">Public on every system: never a password.</param>
internal sealed record ToolCommand(string Program, IReadOnlyList<string> Arguments)
{
    /// <summary>Null: it takes as long as it takes.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>How long a command of the operator's that it runs, the restore command, may take; null: as long as it
    /// likes.</summary>
    public TimeSpan? CommandLimit { get; init; }

    /// <summary>The libpq password file to use; null: none.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Its messages are read, so they must not be translated.</summary>
    public bool UntranslatedOutput { get; init; }

    /// <summary>It fills the data directory: the next keeper must find it if this one is killed meanwhile.</summary>
    public bool FillsDataDirectory { get; init; }

    /// <summary>Output goes where ours goes, instead of to the log.</summary>
    public bool InheritOutput { get; init; }
}
