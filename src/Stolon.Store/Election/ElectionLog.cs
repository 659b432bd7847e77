using Microsoft.Extensions.Logging;

namespace Stolon.Store.Election;

/// <summary>Log lines of elections: 4000 to 4049. 4007 was in use.</summary>
internal static partial class ElectionLog
{
    [LoggerMessage(
        4001,
        LogLevel.Warning,
        "Renewing the leadership ({Claim}) failed; it remains valid for {Left}, and renewal is retried")]
    public static partial void RenewalFailed(ILogger logger, string claim, TimeSpan left, Exception exception);

    [LoggerMessage(
        4002, LogLevel.Warning, "The leadership ({Claim}) could not be renewed within {TimeToLive} and is lost")]
    public static partial void LeaseExpired(ILogger logger, string claim, TimeSpan timeToLive);

    [LoggerMessage(4003, LogLevel.Warning, "The store no longer has the leadership ({Claim}): it is lost")]
    public static partial void LeaseGone(ILogger logger, string claim);

    [LoggerMessage(4004, LogLevel.Warning, "The candidacy {Key} was deleted in the store: it is lost")]
    public static partial void KeyGone(ILogger logger, string key);

    [LoggerMessage(
        4005,
        LogLevel.Warning,
        "Releasing the leadership ({Claim}) failed; it expires within {TimeToLive}")]
    public static partial void ReleaseFailed(ILogger logger, string claim, TimeSpan timeToLive, Exception exception);

    [LoggerMessage(4006, LogLevel.Debug, "Reading the candidates at {Key} failed; it is retried")]
    public static partial void InspectionFailed(ILogger logger, string key, Exception exception);
}
