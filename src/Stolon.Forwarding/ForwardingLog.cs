using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Stolon.Forwarding;

/// <summary>Event ids 3500 to 3599.</summary>
internal static partial class ForwardingLog
{
    [LoggerMessage(EventId = 3500, Level = LogLevel.Information, Message = "listening on {Address}")]
    public static partial void Listening(ILogger logger, string port, EndPoint address);

    [LoggerMessage(EventId = 3501, Level = LogLevel.Information, Message = "stopped listening on {Address}")]
    public static partial void StoppedListening(ILogger logger, string port, EndPoint address);

    [LoggerMessage(EventId = 3502, Level = LogLevel.Warning,
        Message = "cannot accept connections ({Reason}); retrying until it succeeds")]
    public static partial void AcceptTrouble(ILogger logger, SocketError reason);

    [LoggerMessage(EventId = 3503, Level = LogLevel.Error,
        Message = "the listening socket on {Address} has failed ({Reason}); it is reopened at the next check")]
    public static partial void ListenerBroken(ILogger logger, EndPoint address, SocketError reason);

    [LoggerMessage(EventId = 3504, Level = LogLevel.Information,
        Message = "forwarding to {Destinations}; closed {Closed} connections to other destinations")]
    public static partial void Routed(ILogger logger, string port, string destinations, int closed);

    [LoggerMessage(EventId = 3505, Level = LogLevel.Information,
        Message = "not forwarding: no destination; closed {Closed} connections")]
    public static partial void RoutedNowhere(ILogger logger, string port, int closed);

    [LoggerMessage(EventId = 3506, Level = LogLevel.Warning,
        Message = "cannot connect to {Destination} ({Reason}); clients are refused until it accepts connections")]
    public static partial void DialFailed(ILogger logger, IPEndPoint destination, SocketError reason);
}
