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
        Message = "cannot accept connections for now ({Reason}); trying again until it works")]
    public static partial void AcceptTrouble(ILogger logger, SocketError reason);

    [LoggerMessage(EventId = 3503, Level = LogLevel.Error,
        Message = "the listening socket on {Address} is broken ({Reason}); it is opened anew at the next check")]
    public static partial void ListenerBroken(ILogger logger, EndPoint address, SocketError reason);

    [LoggerMessage(EventId = 3504, Level = LogLevel.Information,
        Message = "forwarding to {Destinations}; {Closed} connections to others closed")]
    public static partial void Routed(ILogger logger, string port, string destinations, int closed);

    [LoggerMessage(EventId = 3505, Level = LogLevel.Information,
        Message = "forwarding to nobody; {Closed} connections closed")]
    public static partial void RoutedNowhere(ILogger logger, string port, int closed);

    [LoggerMessage(EventId = 3506, Level = LogLevel.Warning,
        Message = "cannot connect to {Destination} ({Reason}); clients are closed until it answers")]
    public static partial void DialFailed(ILogger logger, IPEndPoint destination, SocketError reason);
}
