namespace Stolon.Core.Keeper;

/// <summary>One of the operator's own commands that the server runs now, and waits for.</summary>
/// <param name="Parameter">The parameter it stands in: <c>restore_command</c>, <c>recovery_end_command</c>,
/// <c>archive_cleanup_command</c> or <c>archive_command</c>.</param>
/// <param name="ProcessId">Of the process the server waits for.</param>
/// <param name="Program">Its name only: arguments may hold secrets.</param>
/// <param name="Age">How long it has been running.</param>
public sealed record OperatorCommand(string Parameter, int ProcessId, string Program, TimeSpan Age)
{
    /// <summary>Fetching or storing one WAL file is a matter of seconds.</summary>
    public static readonly TimeSpan LongRunningAfter = TimeSpan.FromSeconds(30);

    /// <summary>Fetching a whole backup may take hours; from then on it is worth a word.</summary>
    public static readonly TimeSpan LongRestoreAfter = TimeSpan.FromMinutes(5);

    /// <summary>The parameters whose commands a recovery runs.</summary>
    public static readonly IReadOnlyList<string> RecoveryCommandParameters =
        ["restore_command", "recovery_end_command", "archive_cleanup_command"];

    /// <summary>Recovery stands still until it ends.</summary>
    public bool BlocksRecovery => Parameter is "restore_command" or "recovery_end_command";

    /// <summary>The program of a command as the operator wrote it, without its directory. Nothing else of it is told:
    /// arguments, and variables set before it, may hold secrets.</summary>
    public static string ProgramOf(string command)
    {
        var first = command.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .SkipWhile(word => word.Contains('=') && word.IndexOfAny(['\'', '"', '\\', '(', '`']) < 0)
            .FirstOrDefault();
        return first is null || first.Contains('=') ? "a shell command" : first[(first.LastIndexOf('/') + 1)..];
    }

    public override string ToString() =>
        $"{Parameter} (process {ProcessId}, {Program}), which has been running for {(long)Age.TotalSeconds} s";
}
