using System.Net;
using Microsoft.Extensions.Logging;

namespace Stolon.Agents.Proxy;

/// <summary>Event ids 3000 to 3099.</summary>
internal static partial class ProxyLog
{
    [LoggerMessage(EventId = 3000, Level = LogLevel.Information, Message = "proxy uid")]
    public static partial void Starting(ILogger logger, string uid);

    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "{What}")]
    public static partial void Routed(ILogger logger, string what);

    [LoggerMessage(
        EventId = 3002,
        Level = LogLevel.Warning,
        Message = "no check succeeded within the proxy timeout; all connections are closed")]
    public static partial void TimedOut(ILogger logger);

    [LoggerMessage(
        EventId = 3003,
        Level = LogLevel.Warning,
        Message = "the closed connections could not be confirmed to the sentinel")]
    public static partial void NotConfirmed(ILogger logger, Exception error);

    [LoggerMessage(
        EventId = 3004, Level = LogLevel.Warning, Message = "this proxy's report could not be removed; it will expire")]
    public static partial void NotWithdrawn(ILogger logger, Exception error);

    [LoggerMessage(EventId = 3005, Level = LogLevel.Information, Message = "read-only port: {What}")]
    public static partial void ReadsRouted(ILogger logger, string what);

    [LoggerMessage(
        EventId = 3006,
        Level = LogLevel.Warning,
        Message = "a standby's address {Address} cannot be resolved; the read-only port does not use it")]
    public static partial void StandbyNotResolved(ILogger logger, string address);

    [LoggerMessage(
        EventId = 3007,
        Level = LogLevel.Information,
        Message = "the ports are closed; clients may finish within {Limit}")]
    public static partial void Draining(ILogger logger, TimeSpan limit);

    [LoggerMessage(
        EventId = 3008,
        Level = LogLevel.Warning,
        Message = "some clients did not finish in time; their connections are closed")]
    public static partial void DrainTimedOut(ILogger logger);

    [LoggerMessage(
        EventId = 3009,
        Level = LogLevel.Warning,
        Message = "a standby's address {Address} cannot be resolved; the read-only port still uses {Endpoint}")]
    public static partial void StandbyResolvedBefore(ILogger logger, string address, IPEndPoint endpoint);
}
