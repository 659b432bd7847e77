using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding.Network;

/// <summary>One event loop's view of the system's stream sockets: calls that never block, and one wait for whatever
/// becomes possible. Sockets are numbers; they belong to the loop that got them. Called by that loop's thread only,
/// except <see cref="Wake"/>.</summary>
/// <remarks>Readiness is told once: a socket that may be read is told again only after a receive that took less than it
/// was offered room for, or that would have blocked; likewise for sending. Interrupted calls (EINTR) are repeated
/// within.</remarks>
internal interface INetwork : IDisposable
{
    /// <summary>Waits until something is ready, somebody wakes it or the time is over.</summary>
    /// <param name="timeout">Below a millisecond its microseconds count where the system's do. Zero: do not wait.
    /// <see cref="Timeout.InfiniteTimeSpan"/>: for ever.</param>
    /// <returns>How many entries of <paramref name="ready"/> are filled; 0 also after a wake.</returns>
    int Wait(Span<Readiness> ready, TimeSpan timeout);

    /// <summary>Ends the present or the next wait. From any thread.</summary>
    void Wake();

    /// <summary>Tells of clients waiting at a listening socket, again and again while there are any. One of the loops
    /// that listen to it is told, not all.</summary>
    /// <param name="token">What <see cref="Readiness.Token"/> will say.</param>
    SocketError Listen(Socket listener, long token);

    void StopListening(Socket listener);

    /// <summary>Takes a client that is waiting; its options are set.</summary>
    SocketError Accept(Socket listener, out int client);

    /// <summary>A socket for a connection to that address, with its options set.</summary>
    SocketError Open(IPEndPoint address, out int socket);

    /// <returns><see cref="SocketError.InProgress"/>: it becomes writable when it has succeeded or failed.</returns>
    SocketError Connect(int socket, IPEndPoint address);

    /// <summary>Why a connection attempt or a connection failed; success if it did not.</summary>
    SocketError FailureOf(int socket);

    /// <summary>Tells of everything that becomes possible on the socket, until it is closed.</summary>
    SocketError Watch(int socket, long token);

    /// <summary>Whether the arrival of data is told, too, or only ends, failures and room to send. What has arrived
    /// before it is told again is told then.</summary>
    SocketError SetInterest(int socket, long token, bool toData);

    /// <returns>How many bytes; 0: the peer has finished sending. With an error it means nothing.</returns>
    int Receive(int socket, Span<byte> buffer, out SocketError error);

    /// <returns>How many bytes were taken, perhaps fewer than given. With an error it means nothing.</returns>
    int Send(int socket, ReadOnlySpan<byte> bytes, out SocketError error);

    /// <summary>Tells the peer that nothing more comes, after what was sent.</summary>
    SocketError FinishSending(int socket);

    /// <summary>The two ends of a connection, for the PROXY protocol. Null: it is gone, or has no such addresses (a
    /// Unix socket).</summary>
    (IPEndPoint Remote, IPEndPoint Local)? EndsOf(int socket);

    /// <summary>Resets the connection where the system can without closing the socket, which takes twice as long. It
    /// is still to be closed abortively.</summary>
    void Reset(int socket);

    /// <param name="abortive">Drop what has not been sent yet and reset the connection.</param>
    void Close(int socket, bool abortive);
}
