using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding.Network;

/// <summary>The stream sockets of one event loop: non-blocking calls, and one wait for events of all sockets. Sockets
/// are numbers; they belong to the loop that got them. Only that loop's thread may call it, except <see
/// cref="Wake"/>.</summary>
/// <remarks>Events are edge-triggered: a readable socket is reported again only after a receive that did not fill its
/// buffer or would have blocked; likewise for sending. Interrupted calls (EINTR) are repeated internally.</remarks>
internal interface INetwork : IDisposable
{
    /// <summary>Waits for events, <see cref="Wake"/> or the timeout.</summary>
    /// <param name="timeout">Less than a millisecond is precise to microseconds where the system allows it. Zero: do
    /// not wait. <see cref="Timeout.InfiniteTimeSpan"/>: no timeout.</param>
    /// <returns>The number of filled entries of <paramref name="ready"/>; may be 0 after a wake.</returns>
    int Wait(Span<Readiness> ready, TimeSpan timeout);

    /// <summary>Ends the current or the next wait. From any thread.</summary>
    void Wake();

    /// <summary>Reports waiting clients of a listening socket, at each wait while there are any. If several loops
    /// listen to it, not all are woken.</summary>
    /// <param name="token">The <see cref="Readiness.Token"/> of its events.</param>
    SocketError Listen(Socket listener, long token);

    void StopListening(Socket listener);

    /// <summary>Accepts a waiting client. Its socket options are set.</summary>
    SocketError Accept(Socket listener, out int client);

    /// <summary>Creates a socket for a connection to the address, with its options set.</summary>
    SocketError Open(IPEndPoint address, out int socket);

    /// <returns><see cref="SocketError.InProgress"/>: an event reports success or failure.</returns>
    SocketError Connect(int socket, IPEndPoint address);

    /// <summary>The reason why a connection or an attempt failed; success if it did not.</summary>
    SocketError FailureOf(int socket);

    /// <summary>Reports all events of the socket until it is closed.</summary>
    SocketError Watch(int socket, long token);

    /// <summary>Turns events for arriving data on or off. The end of the stream, failures and room to send are always
    /// reported. Turning data events on also reports data that has already arrived.</summary>
    SocketError SetInterest(int socket, long token, bool includingData);

    /// <returns>The number of bytes; 0: the peer has finished sending. Undefined after an error.</returns>
    int Receive(int socket, Span<byte> buffer, out SocketError error);

    /// <returns>The number of accepted bytes, possibly fewer than given. Undefined after an error.</returns>
    int Send(int socket, ReadOnlySpan<byte> bytes, out SocketError error);

    /// <summary>Sends the end of the stream, after all sent data.</summary>
    SocketError FinishSending(int socket);

    /// <summary>The two addresses of a connection, for the PROXY protocol. Null: it is closed, or has no such addresses
    /// (a Unix socket).</summary>
    (IPEndPoint Remote, IPEndPoint Local)? EndsOf(int socket);

    /// <summary>Resets the connection without closing the socket, if the system supports it: that takes half the time
    /// of a close. The socket must still be closed, abortively.</summary>
    void Reset(int socket);

    /// <param name="abortive">Discard unsent data and reset the connection.</param>
    void Close(int socket, bool abortive);
}
