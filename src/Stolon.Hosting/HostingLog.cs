using Microsoft.Extensions.Logging;

namespace Stolon.Hosting;

/// <summary>Log lines of the host: 7000 to 7099; 7003 was in use. Parameters that the text does not mention become
/// fields.</summary>
internal static partial class HostingLog
{
    [LoggerMessage(EventId = 7001, Level = LogLevel.Critical, Message = "{Reason}")]
    public static partial void Fatal(ILogger logger, string reason);

    [LoggerMessage(EventId = 7002, Level = LogLevel.Error, Message = "unexpected failure, ending the program")]
    public static partial void Unexpected(ILogger logger, string type, string stack, Exception exception);

    [LoggerMessage(EventId = 7004, Level = LogLevel.Information, Message = "stopping")]
    public static partial void Stopping(ILogger logger, string signal);

    [LoggerMessage(EventId = 7005, Level = LogLevel.Error, Message = "metrics server failed, stopping")]
    public static partial void MetricsServerFailed(ILogger logger, Exception exception);

    [LoggerMessage(
        EventId = 7008,
        Level = LogLevel.Warning,
        Message = "password file {Path} permissions {Mode} are too open; 0600 is enough")]
    public static partial void TooOpen(ILogger logger, string path, string mode);

    [LoggerMessage(EventId = 7006, Level = LogLevel.Warning, Message = "cannot accept a connection for metrics")]
    public static partial void MetricsAcceptFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventId = 7007, Level = LogLevel.Debug, Message = "a request for metrics broke off")]
    public static partial void MetricsRequestFailed(ILogger logger, Exception exception);
}
