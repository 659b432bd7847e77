using Microsoft.Extensions.Logging;

namespace Stolon.Keeper;

/// <summary>Event ids 1100 to 1199.</summary>
internal static partial class KeeperLog
{
    [LoggerMessage(EventId = 1100, Level = LogLevel.Warning, Message = "{What}")]
    public static partial void Odd(ILogger logger, string what);

    [LoggerMessage(
        EventId = 1109,
        Level = LogLevel.Warning,
        Message = "the cluster's requestTimeout is not known yet; the timeout of queries to PostgreSQL is {Limit}")]
    public static partial void TimeoutNotLearned(ILogger logger, TimeSpan limit, Exception error);

    [LoggerMessage(EventId = 1101, Level = LogLevel.Information, Message = "exclusive lock on data dir taken")]
    public static partial void Locked(ILogger logger);
}
