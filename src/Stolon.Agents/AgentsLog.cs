using Microsoft.Extensions.Logging;

namespace Stolon.Agents;

/// <summary>Event ids 900 to 999.</summary>
internal static partial class AgentsLog
{
    [LoggerMessage(EventId = 900, Level = LogLevel.Error, Message = "{Activity} failed; it is tried again")]
    public static partial void TickFailed(ILogger logger, string activity, Exception error);

    [LoggerMessage(EventId = 901, Level = LogLevel.Debug, Message = "{Activity} still fails")]
    public static partial void StillFailing(ILogger logger, string activity, Exception error);

    [LoggerMessage(EventId = 902, Level = LogLevel.Information, Message = "{Activity} works again")]
    public static partial void Recovered(ILogger logger, string activity);

    [LoggerMessage(
        EventId = 903, Level = LogLevel.Debug, Message = "the watch of {Watched} was interrupted; it is started again")]
    public static partial void WatchInterrupted(ILogger logger, string watched, Exception error);
}
