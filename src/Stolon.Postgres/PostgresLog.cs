using Microsoft.Extensions.Logging;

namespace Stolon.Postgres;

/// <summary>What the adapter of PostgreSQL says; event ids 5000 to 5999. Texts of docs/spec/process-contract.md 4 are
/// verbatim.</summary>
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
        Message = "postgres, process {ProcessId}, still stops after {Seconds} s: {What}")]
    public static partial void StillStopping(ILogger logger, int processId, long seconds, string what);

    [LoggerMessage(EventId = 5014, Level = LogLevel.Information, Message = "still waiting: {What} ({Seconds} s)")]
    public static partial void StillWaiting(ILogger logger, string what, long seconds);

    [LoggerMessage(EventId = 5015, Level = LogLevel.Information, Message = "postgres promoted")]
    public static partial void Promoted(ILogger logger);

    [LoggerMessage(EventId = 5020, Level = LogLevel.Debug, Message = "running {Program} {Arguments}")]
    public static partial void RunningTool(ILogger logger, string program, string arguments);

    [LoggerMessage(EventId = 5021, Level = LogLevel.Debug, Message = "{Program}: {Line}")]
    public static partial void ToolSaid(ILogger logger, string program, string line);

    [LoggerMessage(
        EventId = 5022,
        Level = LogLevel.Warning,
        Message = "killing process {ProcessId}, a tool an earlier keeper left running on this data directory")]
    public static partial void EndingLeftover(ILogger logger, int processId);

    [LoggerMessage(
        EventId = 5023,
        Level = LogLevel.Warning,
        Message = "the half-made data directory {Path} is left: {Reason}")]
    public static partial void NotEmptied(ILogger logger, string path, string reason);

    [LoggerMessage(EventId = 5024, Level = LogLevel.Information, Message = "deleting the data directory {Path}")]
    public static partial void Erasing(ILogger logger, string path);

    [LoggerMessage(
        EventId = 5040, Level = LogLevel.Warning, Message = "going on with a replacement of {Path} that broke off")]
    public static partial void GoingOn(ILogger logger, string path);

    [LoggerMessage(
        EventId = 5041, Level = LogLevel.Warning, Message = "deleting {Path}, which a clone that broke off has left")]
    public static partial void DeletingLeftover(ILogger logger, string path);

    [LoggerMessage(
        EventId = 5042,
        Level = LogLevel.Information,
        Message = "the clone takes the place of the data directory {Path}; the old data are kept until it has started")]
    public static partial void SwappedIn(ILogger logger, string path);

    [LoggerMessage(EventId = 5043, Level = LogLevel.Information, Message = "deleting the replaced data in {Path}")]
    public static partial void DroppingReplaced(ILogger logger, string path);

    [LoggerMessage(EventId = 5044, Level = LogLevel.Warning, Message = "not known what a clone takes: {Reason}")]
    public static partial void SizeUnknown(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 5045,
        Level = LogLevel.Warning,
        Message = "nothing is deleted at {Target}: a restore that did not come to its end has brought a link to it, "
            + "and another server may use it")]
    public static partial void NotFollowed(ILogger logger, string target);

    [LoggerMessage(
        EventId = 5047,
        Level = LogLevel.Warning,
        Message = "it could not be noted that the server has started on its data: {Reason}")]
    public static partial void NotAccepted(ILogger logger, string reason);

    [LoggerMessage(EventId = 5048, Level = LogLevel.Error, Message = "{Reason}")]
    public static partial void CopiesUnknown(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 5046,
        Level = LogLevel.Information,
        Message = "the restore has brought a pg_wal that is a link to {Target}: the WAL is copied from there, and what "
            + "is there stays")]
    public static partial void WalBrought(ILogger logger, string target);

    [LoggerMessage(EventId = 5030, Level = LogLevel.Warning, Message = "cannot observe postgres: {Reason}")]
    public static partial void CannotObserve(ILogger logger, string reason);

    [LoggerMessage(EventId = 5031, Level = LogLevel.Warning, Message = "cannot tell the oldest WAL file: {Reason}")]
    public static partial void NoOldestWalFile(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 5050, Level = LogLevel.Warning, Message = "{Entry} is left out of the configuration: {Reason}")]
    public static partial void LeftOut(ILogger logger, string entry, string reason);

    [LoggerMessage(
        EventId = 5051,
        Level = LogLevel.Warning,
        Message = "the configuration cannot be tried before it is given to postgres: {Reason}")]
    public static partial void NotTried(ILogger logger, string reason);

    [LoggerMessage(
        EventId = 5052,
        Level = LogLevel.Warning,
        Message = "{Path}, which holds the last configuration that worked, cannot be used: {Reason}")]
    public static partial void LastGoodUnknown(ILogger logger, string path, string reason);

    [LoggerMessage(
        EventId = 5053,
        Level = LogLevel.Error,
        Message = "postgres does not start with its new configuration, going back to {What}: {Reason}")]
    public static partial void RollingBack(ILogger logger, string what, string reason);

    [LoggerMessage(
        EventId = 5080,
        Level = LogLevel.Information,
        Message = "the server takes another password of user {User} than before: it is used from now on")]
    public static partial void PasswordChanged(ILogger logger, string user);

    [LoggerMessage(EventId = 5081, Level = LogLevel.Debug, Message = "no small write was tried: {Reason}")]
    public static partial void WriteProbeFailed(ILogger logger, string reason);

    [LoggerMessage(EventId = 5082, Level = LogLevel.Warning, Message = "postgres answers, but: {Obstacle}")]
    public static partial void ObservedDespite(ILogger logger, string obstacle);

    [LoggerMessage(EventId = 5032, Level = LogLevel.Information, Message = "postgres answers every question again")]
    public static partial void ObservedAgain(ILogger logger);

    [LoggerMessage(
        EventId = 5060,
        Level = LogLevel.Warning,
        Message = "ended {Command}: postgres stops, and waited for it")]
    public static partial void CommandEndedForStop(ILogger logger, string command);

    [LoggerMessage(
        EventId = 5063,
        Level = LogLevel.Warning,
        Message = "postgres is shut down, and its archiver has gone on for {Seconds} s: it ends after the file that it "
            + "is at, and stores the others after the next start")]
    public static partial void ArchiverEndedForStop(ILogger logger, long seconds);

    [LoggerMessage(
        EventId = 5061,
        Level = LogLevel.Warning,
        Message = "stopping postgres, which cannot be promoted: it waits for {Command}; it is started again without "
            + "commands of the archive, and promoted then")]
    public static partial void CommandHoldsPromotion(ILogger logger, string command);

    [LoggerMessage(
        EventId = 5062,
        Level = LogLevel.Information,
        Message = "postgres is shut down and has sent everything; its process {ProcessId} goes on: {What}")]
    public static partial void ShutDownInOrder(ILogger logger, int processId, string what);
}
