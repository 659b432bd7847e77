using Microsoft.Extensions.Logging;

namespace Stolon.Ctl.Discovery;

/// <summary>Log lines of <c>stolonctl register</c>: 6000 to 6019.</summary>
internal static partial class DiscoveryLog
{
    [LoggerMessage(6000, LogLevel.Information, "registered {Service} ({Address}:{Port}) with tags {Tags}")]
    public static partial void Registered(ILogger logger, string service, string address, int port, string tags);

    [LoggerMessage(6001, LogLevel.Information, "deregistered {Service}")]
    public static partial void Deregistered(ILogger logger, string service);

    [LoggerMessage(6002, LogLevel.Error, "cannot register {Service}; it is tried again")]
    public static partial void NotRegistered(ILogger logger, string service, Exception exception);

    [LoggerMessage(6003, LogLevel.Error, "cannot deregister {Service}; it is tried again")]
    public static partial void NotDeregistered(ILogger logger, string service, Exception exception);

    [LoggerMessage(6004, LogLevel.Warning, "nothing is registered or deregistered: {Reason}")]
    public static partial void Skipped(ILogger logger, string reason);

    [LoggerMessage(
        6005,
        LogLevel.Warning,
        "{Service} is out of date in Consul, but is not changed: it is registered with the agent of {Node}, not ours")]
    public static partial void Elsewhere(ILogger logger, string service, string node);
}
