using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Stolon.Forwarding;

/// <summary>Event ids 3500 to 3599.</summary>
internal static partial class ForwardingLog
{
    [LoggerMessage(EventId = 3500, Level = LogLevel.Information, Message = "listening on {Address}")]
    public static partial void Listening(ILogger logger, EndPoint address);

    [LoggerMessage(EventId = 3501, Level = LogLevel.Information, Message = "stopped listening on {Address}")]
    public static partial void StoppedListening(ILogger logger, EndPoint address);

    [LoggerMessage(EventId = 3502, Level = LogLevel.Warning,
        Message = "cannot accept connections for now ({Reason}); trying again until it works")]
    public static partial void AcceptTrouble(ILogger logger, SocketError reason, SocketException error);

    [LoggerMessage(EventId = 3503, Level = LogLevel.Error,
        Message = "the listening socket is broken; the port is closed")]
    public static partial void ListenerBroken(ILogger logger, SocketException error);

    [LoggerMessage(EventId = 3504, Level = LogLevel.Information,
        Message = "forwarding to {Destination}; {Closed} connections to the former destination closed")]
    public static partial void Routed(ILogger logger, IPEndPoint destination, int closed);

    [LoggerMessage(EventId = 3505, Level = LogLevel.Information,
        Message = "forwarding to nobody; {Closed} connections closed")]
    public static partial void RoutedNowhere(ILogger logger, int closed);

    [LoggerMessage(EventId = 3506, Level = LogLevel.Warning,
        Message = "cannot connect to {Destination} ({Reason}); clients are closed until it answers")]
    public static partial void DialFailed(ILogger logger, IPEndPoint destination, SocketError reason);

    [LoggerMessage(EventId = 3507, Level = LogLevel.Debug, Message = "refused a client: there is no destination")]
    public static partial void NoDestination(ILogger logger);

    [LoggerMessage(EventId = 3508, Level = LogLevel.Warning, Message = "closed a client: no socket for it ({Reason})")]
    public static partial void NoSocket(ILogger logger, SocketError reason);
}
