namespace Stolon.Core.Keeper;

/// <summary>A command configured by the operator that the server runs now and waits for.</summary>
/// <param name="Parameter">Its parameter: <c>restore_command</c>, <c>recovery_end_command</c>,
/// <c>archive_cleanup_command</c> or <c>archive_command</c>.</param>
/// <param name="ProcessId">The process that the server waits for.</param>
/// <param name="Program">The name only: arguments may contain secrets.</param>
/// <param name="Age">How long it has been running.</param>
public sealed record OperatorCommand(string Parameter, int ProcessId, string Program, TimeSpan Age)
{
    /// <summary>A command for one WAL file normally takes seconds.</summary>
    public static readonly TimeSpan LongRunningAfter = TimeSpan.FromSeconds(30);

    /// <summary>Restoring a backup may take hours; after this time it is reported.</summary>
    public static readonly TimeSpan LongRestoreAfter = TimeSpan.FromMinutes(5);

    /// <summary>The parameters whose commands recovery runs.</summary>
    public static readonly IReadOnlyList<string> RecoveryCommandParameters =
        ["restore_command", "recovery_end_command", "archive_cleanup_command"];

    /// <summary>Recovery does not continue until the command ends.</summary>
    public bool BlocksRecovery => Parameter is "restore_command" or "recovery_end_command";

    /// <summary>The program of a command, without its directory. The rest is not shown, because arguments and variables
    /// may contain secrets.</summary>
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
