using Microsoft.Extensions.Logging;

namespace Stolon.Sentinel;

internal static partial class InitialSpecLog
{
    [LoggerMessage(
        EventId = 2200,
        Level = LogLevel.Warning,
        Message = "members of the initial cluster spec that are unknown and ignored: {Members}")]
    public static partial void UnknownMembers(ILogger logger, string members);
}
