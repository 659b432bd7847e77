using Microsoft.Extensions.Logging;

namespace Stolon.Hosting.Tests.Logging;

/// <summary>Log methods as the agents write them.</summary>
internal static partial class TestLog
{
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "replication role created")]
    public static partial void RoleCreated(ILogger logger, string role);

    [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "keeper uid")]
    public static partial void KeeperUid(ILogger logger, string uid);

    [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "primary {Primary} failed; electing {winner,5}")]
    public static partial void Electing(ILogger logger, string primary, string winner, int rejected, bool sure);

    [LoggerMessage(EventId = 4, Level = LogLevel.Error, Message = "cannot get configured pg parameters")]
    public static partial void ParametersFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 5, Level = LogLevel.Debug, Message = "many")]
    public static partial void Many(
        ILogger logger, long a, double b, TimeSpan c, string? d, IReadOnlyList<string> e, Uri f, char g, Exception h);

    [LoggerMessage(EventId = 6, Level = LogLevel.Information, Message = "already master")]
    public static partial void Already(ILogger logger);
}
