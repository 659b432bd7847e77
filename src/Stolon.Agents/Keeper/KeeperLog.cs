using Microsoft.Extensions.Logging;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Agents.Keeper;

/// <summary>Event ids 1000 to 1099. Users' scripts wait for the texts of docs/spec/process-contract.md 4.</summary>
internal static partial class KeeperLog
{
    public static void Remark(ILogger logger, KeeperRemark remark)
    {
        switch (remark)
        {
            case KeeperRemark.PrimaryRequested:
                RoleWanted(logger, "master");
                break;
            case KeeperRemark.StandbyRequested:
                RoleWanted(logger, "standby");
                break;
            case KeeperRemark.AlreadyPrimary:
                AlreadyInRole(logger, "master");
                break;
            case KeeperRemark.AlreadyStandby:
                AlreadyInRole(logger, "standby");
                break;
            case KeeperRemark.ParametersChanged:
                ParametersChanged(logger);
                break;
            case KeeperRemark.ParametersUnchanged:
                ParametersUnchanged(logger);
                break;
            case KeeperRemark.SynchronousStandbysChanged:
                SynchronousStandbysChanged(logger);
                break;
            case KeeperRemark.HbaChanged:
                HbaChanged(logger);
                break;
            case KeeperRemark.RestartNeeded:
                RestartNeeded(logger);
                break;
        }
    }

    [LoggerMessage(EventId = 1000, Level = LogLevel.Information, Message = "keeper uid")]
    public static partial void Starting(ILogger logger, string uid);

    [LoggerMessage(EventId = 1001, Level = LogLevel.Information, Message = "waiting for {What}")]
    public static partial void Waiting(ILogger logger, string what);

    [LoggerMessage(EventId = 1002, Level = LogLevel.Error, Message = "cannot carry out the cluster data: {Why}")]
    public static partial void Refused(ILogger logger, string why);

    [LoggerMessage(EventId = 1003, Level = LogLevel.Error, Message = "{Problem}; PostgreSQL is left as it is")]
    public static partial void CannotAct(ILogger logger, string problem);

    [LoggerMessage(
        EventId = 1004, Level = LogLevel.Information, Message = "instance {Uid} has reached generation {Generation}")]
    public static partial void Converged(ILogger logger, string uid, long generation);

    [LoggerMessage(EventId = 1005, Level = LogLevel.Debug, Message = "step {Step}")]
    public static partial void Step(ILogger logger, string step);

    [LoggerMessage(EventId = 1006, Level = LogLevel.Warning, Message = "deleting the data directory: {Why}")]
    public static partial void Erasing(ILogger logger, string why);

    [LoggerMessage(EventId = 1007, Level = LogLevel.Error, Message = "failed to start postgres")]
    public static partial void StartFailed(ILogger logger, Exception error);

    [LoggerMessage(
        EventId = 1008, Level = LogLevel.Warning, Message = "replication slot {Slot} could not be dropped yet")]
    public static partial void SlotNotDropped(ILogger logger, string slot, Exception error);

    [LoggerMessage(
        EventId = 1009,
        Level = LogLevel.Warning,
        Message = "step {Step} needs newer cluster data than those read {Age} ago; reading them again")]
    public static partial void ClusterDataTooOld(ILogger logger, string step, TimeSpan age);

    [LoggerMessage(EventId = 1010, Level = LogLevel.Information, Message = "the PostgreSQL server process has ended")]
    public static partial void ServerEnded(ILogger logger);

    [LoggerMessage(EventId = 1011, Level = LogLevel.Information, Message = "stopping PostgreSQL")]
    public static partial void StoppingPostgres(ILogger logger);

    [LoggerMessage(
        EventId = 1012, Level = LogLevel.Error, Message = "PostgreSQL could not be stopped; it keeps running")]
    public static partial void StopFailed(ILogger logger, Exception error);

    [LoggerMessage(EventId = 1013, Level = LogLevel.Warning, Message = "the last report could not be published")]
    public static partial void FinalReportFailed(ILogger logger, Exception error);

    [LoggerMessage(
        EventId = 1014,
        Level = LogLevel.Error,
        Message = "another keeper runs with the uid {Uid}, which must be unique in the cluster: stop one of the two")]
    public static partial void UidTaken(ILogger logger, string uid);

    [LoggerMessage(
        EventId = 1015,
        Level = LogLevel.Warning,
        Message = "step {Step} was cancelled: the cluster data require something else now")]
    public static partial void StepCancelled(ILogger logger, string step);

    [LoggerMessage(
        EventId = 1018,
        Level = LogLevel.Warning,
        Message = "the data directory was moved to {Path}: {Why}; delete it when you are sure that it is not needed")]
    public static partial void MovedAside(ILogger logger, string path, string why);

    [LoggerMessage(EventId = 1016, Level = LogLevel.Warning, Message = "{Complaint}")]
    public static partial void Complaining(ILogger logger, string complaint);

    [LoggerMessage(EventId = 1017, Level = LogLevel.Warning, Message = "still, since {Since}: {Complaint}")]
    public static partial void StillComplaining(ILogger logger, WallTime since, string complaint);

    [LoggerMessage(
        EventId = 1020,
        Level = LogLevel.Warning,
        Message = "the newest cluster data seen could not be recorded; an older copy of them would not be recognised")]
    public static partial void SeenClusterDataNotSaved(ILogger logger, Exception error);

    [LoggerMessage(EventId = 1050, Level = LogLevel.Information, Message = "our db requested role is {Role}")]
    private static partial void RoleWanted(ILogger logger, string role);

    [LoggerMessage(EventId = 1051, Level = LogLevel.Information, Message = "already {Role}")]
    private static partial void AlreadyInRole(ILogger logger, string role);

    [LoggerMessage(
        EventId = 1052,
        Level = LogLevel.Information,
        Message = "postgres parameters changed, reloading postgres instance")]
    private static partial void ParametersChanged(ILogger logger);

    [LoggerMessage(EventId = 1053, Level = LogLevel.Information, Message = "postgres parameters not changed")]
    private static partial void ParametersUnchanged(ILogger logger);

    [LoggerMessage(EventId = 1054, Level = LogLevel.Information, Message = "the synchronous standbys changed")]
    private static partial void SynchronousStandbysChanged(ILogger logger);

    [LoggerMessage(
        EventId = 1055, Level = LogLevel.Information, Message = "pg_hba.conf changed, reloading postgres instance")]
    private static partial void HbaChanged(ILogger logger);

    [LoggerMessage(
        EventId = 1056, Level = LogLevel.Warning,
        Message = "PostgreSQL must be restarted for some parameters to take effect; automaticPgRestart does so when "
            + "the healthy standbys of this instance have carried out their specification")]
    private static partial void RestartNeeded(ILogger logger);
}
