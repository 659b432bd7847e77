using Microsoft.Extensions.Logging;

namespace Stolon.Sentinel;

internal static partial class InitialSpecLog
{
    [LoggerMessage(
        EventId = 2200,
        Level = LogLevel.Warning,
        Message = "unknown members of the initial cluster spec are ignored: {Members}")]
    public static partial void UnknownMembers(ILogger logger, string members);
}
