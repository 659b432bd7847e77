using Microsoft.Extensions.Logging;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;

namespace Stolon.Agents.Sentinel;

/// <summary>Event ids 2000 to 2199.</summary>
internal static partial class SentinelLog
{
    /// <summary>Logs a note at its severity.</summary>
    public static void Note(ILogger logger, SentinelNote note)
    {
        switch (note.Severity)
        {
            case NoteSeverity.Error:
                NoteAsError(logger, note);
                break;
            case NoteSeverity.Warning:
                NoteAsWarning(logger, note);
                break;
            default:
                NoteAsInformation(logger, note);
                break;
        }
    }

    /// <summary>Logs at its severity that a note still applies.</summary>
    public static void StillSo(ILogger logger, SentinelNote note, WallTime since)
    {
        if (note.Severity == NoteSeverity.Error)
        {
            StillAnError(logger, since, note);
        }
        else
        {
            StillAWarning(logger, since, note);
        }
    }

    [LoggerMessage(EventId = 2072, Level = LogLevel.Warning, Message = "{Subject}: {Reason}")]
    public static partial void Troubled(ILogger logger, string subject, string reason);

    [LoggerMessage(EventId = 2073, Level = LogLevel.Warning, Message = "still, since {Since}: {Subject}: {Reason}")]
    public static partial void StillTroubled(ILogger logger, WallTime since, string subject, string reason);

    [LoggerMessage(EventId = 2000, Level = LogLevel.Information, Message = "sentinel uid")]
    public static partial void Starting(ILogger logger, string uid);

    [LoggerMessage(EventId = 2001, Level = LogLevel.Information, Message = "this sentinel leads now")]
    public static partial void Leading(ILogger logger, string uid);

    [LoggerMessage(EventId = 2002, Level = LogLevel.Warning, Message = "leadership lost; campaigning again")]
    public static partial void LeadershipLost(ILogger logger);

    [LoggerMessage(
        EventId = 2003, Level = LogLevel.Error, Message = "the election campaign failed; it is started again")]
    public static partial void ElectionFailed(ILogger logger, Exception error);

    [LoggerMessage(EventId = 2010, Level = LogLevel.Debug, Message = "the election campaign still fails")]
    public static partial void ElectionStillFails(ILogger logger, Exception error);

    [LoggerMessage(
        EventId = 2004, Level = LogLevel.Information, Message = "waiting for cluster data: run stolonctl init")]
    public static partial void NoClusterData(ILogger logger);

    [LoggerMessage(EventId = 2005, Level = LogLevel.Error, Message = "the cluster data cannot be used: {Problem}")]
    public static partial void UnusableClusterData(ILogger logger, string problem);

    [LoggerMessage(
        EventId = 2006, Level = LogLevel.Information, Message = "wrote the initial cluster data, cluster {Cluster}")]
    public static partial void ClusterDataCreated(ILogger logger, string cluster);

    [LoggerMessage(
        EventId = 2007,
        Level = LogLevel.Information,
        Message = "the cluster data were written by another program, or another sentinel leads; deciding again")]
    public static partial void WriteConflict(ILogger logger);

    [LoggerMessage(
        EventId = 2008,
        Level = LogLevel.Warning,
        Message = "this check took {Elapsed}, longer than requestTimeout, so its data are too old; nothing is written")]
    public static partial void CheckTooOld(ILogger logger, TimeSpan elapsed);

    [LoggerMessage(
        EventId = 2009,
        Level = LogLevel.Warning,
        Message = "this sentinel's report could not be removed; it will expire")]
    public static partial void NotWithdrawn(ILogger logger, Exception error);

    [LoggerMessage(
        EventId = 2020,
        Level = LogLevel.Warning,
        Message = "the store has no cluster data, but {Held}: no new cluster is created with the initial "
            + "specification; {Advice}")]
    public static partial void DataAtRisk(ILogger logger, string held, string advice);

    [LoggerMessage(
        EventId = 2021,
        Level = LogLevel.Warning,
        Message = "the store has lost the cluster data: no new cluster is created with the initial "
            + "specification; put the cluster data back (stolonctl clusterdata write) or run stolonctl init")]
    public static partial void ClusterDataVanished(ILogger logger);

    [LoggerMessage(EventId = 2070, Level = LogLevel.Warning, Message = "still, since {Since}: {Note}")]
    private static partial void StillAWarning(ILogger logger, WallTime since, SentinelNote note);

    [LoggerMessage(EventId = 2071, Level = LogLevel.Error, Message = "still, since {Since}: {Note}")]
    private static partial void StillAnError(ILogger logger, WallTime since, SentinelNote note);

    [LoggerMessage(EventId = 2100, Level = LogLevel.Information, Message = "{Note}")]
    private static partial void NoteAsInformation(ILogger logger, SentinelNote note);

    [LoggerMessage(EventId = 2101, Level = LogLevel.Warning, Message = "{Note}")]
    private static partial void NoteAsWarning(ILogger logger, SentinelNote note);

    [LoggerMessage(EventId = 2102, Level = LogLevel.Error, Message = "{Note}")]
    private static partial void NoteAsError(ILogger logger, SentinelNote note);
}
