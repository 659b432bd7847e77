using Microsoft.Extensions.Logging;

namespace Stolon.Postgres;

/// <summary>Log messages of the PostgreSQL adapter; event ids 5000 to 5999. Texts of docs/spec/process-contract.md 4
/// are verbatim.</summary>
internal static partial class PostgresLog
{
    [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "superuser password set")]
    public static partial void SuperuserPasswordSet(ILogger logger);

    [LoggerMessage(EventId = 5002, Level = LogLevel.Information, Message = "replication role created")]
    public static partial void ReplicationRoleCreated(ILogger logger, string role);

    [LoggerMessage(EventId = 5003, Level = LogLevel.Information, Message = "replication role added to superuser")]
    public static partial void ReplicationRoleAddedToSuperuser(ILogger logger);

    [LoggerMessage(EventId = 5010, Level = LogLevel.Information, Message = "postgres started, process {ProcessId}")]
    public static partial void Started(ILogger logger, int processId);

    [LoggerMessage(
        EventId = 5011,
        Level = LogLevel.Information,
        Message = "stopping postgres, process {ProcessId}, fast mode")]
    public static partial void Stopping(ILogger logger, int processId);

    [LoggerMessage(EventId = 5012, Level = LogLevel.Information, Message = "postgres stopped after {Seconds} s")]
    public static partial void Stopped(ILogger logger, long seconds);

    [LoggerMessage(
        EventId = 5013,
        Level = LogLevel.Information,
        Message = "postgres, process {ProcessId}, is still stopping after {Seconds} s: {What}")]
    public static partial void StillStopping(ILogger logger, int processId, long seconds, string what);

    [LoggerMessage(EventId = 5014, Level = LogLevel.Information, Message = "still waiting: {What} ({Seconds} s)")]
    public static partial void StillWaiting(ILogger logger, string what, long seconds);

    [LoggerMessage(EventId = 5015, Level = LogLevel.Information, Message = "postgres promoted")]
    public static partial void Promoted(ILogger logger);

    [LoggerMessage(EventId = 5020, Level = LogLevel.Debug, Message = "running {Program} {Arguments}")]
    public static partial void RunningTool(ILogger logger, string program, string arguments);

    [LoggerMessage(EventId = 5021, Level = LogLevel.Debug, Message = "{Program}: {Line}")]
    public static partial void ToolOutput(ILogger logger, string program, string line);

    [LoggerMessage(
        EventId = 5022,
        Level = LogLevel.Warning,
        Message = "killing process {ProcessId}, a program that an earlier keeper left running on this data directory")]
    public static partial void EndingLeftover(ILogger logger, int processId);

    [LoggerMessage(
        EventId = 5023,
        Level = LogLevel.Warning,
        Message = "cannot delete the incomplete data directory {Path}: {Reason}")]
    public static partial void CannotDeleteIncomplete(ILogger logger, string path, string reason);

    [LoggerMessage(EventId = 5024, Level = LogLevel.Information, Message = "deleting the data directory {Path}")]
    public static partial void Erasing(ILogger logger, string path);

    [LoggerMessage(
        EventId = 5040, Level = LogLevel.Warning, Message = "continuing an interrupted replacement of {Path}")]
    public static partial void ContinuingReplacement(ILogger logger, string path);

    [LoggerMessage(
        EventId = 5041, Level = LogLevel.Warning, Message = "deleting {Path}, left over from an interrupted clone")]
    public static partial void DeletingLeftover(ILogger logger, string path);

    [LoggerMessage(
        EventId = 5042,
        Level = LogLevel.Information,
        Message = "the clone replaces the data directory {Path}; the old data are kept until the server has "
            + "started on it")]
    public static partial void SwappedIn(ILogger logger, string path);

    [LoggerMessage(EventId = 5043, Level = LogLevel.Information, Message = "deleting the replaced data in {Path}")]
    public static partial void DroppingReplaced(ILogger logger, string path);

    [LoggerMessage(
        EventId = 5044, Level = LogLevel.Warning, Message = "cannot determine how much space a clone needs: {Reason}")]
    public static partial void SizeUnknown(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 5045,
        Level = LogLevel.Warning,
        Message = "nothing is deleted at {Target}: an incomplete restore created a link to it, and another server "
            + "may use it")]
    public static partial void LinkNotFollowed(ILogger logger, string target);

    [LoggerMessage(
        EventId = 5047,
        Level = LogLevel.Warning,
        Message = "cannot record that the server has started on its data: {Reason}")]
    public static partial void CannotRecordStart(ILogger logger, string reason);

    [LoggerMessage(EventId = 5048, Level = LogLevel.Error, Message = "{Reason}")]
    public static partial void CopyStateUnreadable(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 5046,
        Level = LogLevel.Information,
        Message = "the restore created pg_wal as a link to {Target}: the WAL is copied from there, and the files "
            + "there stay")]
    public static partial void RestoredWalLink(ILogger logger, string target);

    [LoggerMessage(EventId = 5030, Level = LogLevel.Warning, Message = "cannot observe postgres: {Reason}")]
    public static partial void CannotObserve(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 5031, Level = LogLevel.Warning, Message = "cannot determine the oldest WAL file: {Reason}")]
    public static partial void NoOldestWalFile(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 5050, Level = LogLevel.Warning, Message = "{Entry} is left out of the configuration: {Reason}")]
    public static partial void LeftOut(ILogger logger, string entry, string reason);

    [LoggerMessage(
        EventId = 5051,
        Level = LogLevel.Warning,
        Message = "cannot test the configuration before postgres reads it: {Reason}")]
    public static partial void ConfigurationNotTested(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 5052,
        Level = LogLevel.Warning,
        Message = "{Path}, which holds the last configuration that worked, cannot be used: {Reason}")]
    public static partial void LastGoodUnknown(ILogger logger, string path, string reason);

    [LoggerMessage(
        EventId = 5053,
        Level = LogLevel.Error,
        Message = "postgres does not start with its new configuration; starting it with {What}: {Reason}")]
    public static partial void RollingBack(ILogger logger, string what, string reason);

    [LoggerMessage(
        EventId = 5080,
        Level = LogLevel.Information,
        Message = "the server accepts a new password of user {User}; it is used from now on")]
    public static partial void PasswordChanged(ILogger logger, string user);

    [LoggerMessage(EventId = 5081, Level = LogLevel.Debug, Message = "write probe not run: {Reason}")]
    public static partial void WriteProbeFailed(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 5082, Level = LogLevel.Warning, Message = "postgres answers, with a restriction: {Obstacle}")]
    public static partial void ObservedWithObstacle(ILogger logger, string obstacle);

    [LoggerMessage(EventId = 5032, Level = LogLevel.Information, Message = "postgres answers all queries again")]
    public static partial void ObservedAgain(ILogger logger);

    [LoggerMessage(
        EventId = 5060,
        Level = LogLevel.Warning,
        Message = "ended {Command}: postgres is stopping and was waiting for it")]
    public static partial void CommandEndedForStop(ILogger logger, string command);

    [LoggerMessage(
        EventId = 5063,
        Level = LogLevel.Warning,
        Message = "postgres is shut down, and its archiver has continued for {Seconds} s: it ends after its current "
            + "file, and archives the others after the next start")]
    public static partial void ArchiverEndedForStop(ILogger logger, long seconds);

    [LoggerMessage(
        EventId = 5061,
        Level = LogLevel.Warning,
        Message = "stopping postgres, because its promotion waits for {Command}; it is then started without "
            + "archive commands and promoted")]
    public static partial void CommandHoldsPromotion(ILogger logger, string command);

    [LoggerMessage(
        EventId = 5062,
        Level = LogLevel.Information,
        Message = "postgres is shut down and has sent all WAL; its process {ProcessId} is still running: {What}")]
    public static partial void ShutDownInOrder(ILogger logger, int processId, string what);
}
