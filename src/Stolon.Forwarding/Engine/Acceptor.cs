using System.Net.Sockets;
using Stolon.Agents.Ports;
using Stolon.Forwarding.Listening;

namespace Stolon.Forwarding.Engine;

/// <summary>Accepts clients from the listening sockets. A failed accept is retried: a proxy must not exit because a
/// client disconnected during the accept or because descriptors ran out for a second (the original did).</summary>
/// <param name="assign">Assigns a new client to the least loaded loop.</param>
internal sealed class Acceptor(LoopState loop, Action<int> assign)
{
    private const int MaxAcceptsPerEvent = 16;
    private static readonly TimeSpan MinPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan MaxPause = TimeSpan.FromSeconds(1);

    private readonly List<OpenSocket> _sockets = [];
    private TimeSpan _pause = MinPause;

    /// <summary>When the pause after a shortage ends, a timestamp. Null: no pause.</summary>
    public long? NextDeadline { get; private set; }

    public void Open(OpenSocket socket)
    {
        _sockets.Add(socket);
        if (NextDeadline is null)
        {
            WatchListener(socket);
        }
    }

    public void Close(OpenSocket socket)
    {
        if (_sockets.Remove(socket) && NextDeadline is null)
        {
            loop.Network.StopListening(socket.Socket);
        }
    }

    /// <summary>Clients are waiting on the listening socket with that token.</summary>
    public void React(long token)
    {
        if (_sockets.Find(s => s.Token == token) is not { } socket)
        {
            return;
        }

        for (var i = 0; i < MaxAcceptsPerEvent; i++)
        {
            var error = loop.Network.Accept(socket.Socket, out var client);
            if (error == SocketError.Success)
            {
                _pause = MinPause;
                loop.Counters.Accepted++;
                assign(client);
            }
            else if (!CanContinueAfter(socket, error))
            {
                return;
            }
        }
    }

    public void ExpireDeadlines(long now)
    {
        if (now >= NextDeadline)
        {
            NextDeadline = null;
            _sockets.ForEach(WatchListener);
        }
    }

    private void WatchListener(OpenSocket socket)
    {
        var error = loop.Network.Listen(socket.Socket, socket.Token);
        if (error != SocketError.Success)
        {
            Pause(error);
        }
    }

    /// <returns>True: the next client can be accepted immediately.</returns>
    private bool CanContinueAfter(OpenSocket socket, SocketError error)
    {
        switch (error)
        {
            case SocketError.WouldBlock:
                return false;
            case SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable:
                Pause(error);
                return false;
            case SocketError.InvalidArgument or SocketError.NotSocket or SocketError.OperationNotSupported:
                ForwardingLog.ListenerBroken(loop.LoopContext.Logger, socket.Socket.LocalEndPoint!, error);
                socket.Broken = true;
                Close(socket);
                return false;
            default:
                // The error concerns only that client or its network (accept(2), "Error handling").
                return true;
        }
    }

    /// <summary>Stops accepting for a while. Clients stay in the queue of the listening socket.</summary>
    private void Pause(SocketError reason)
    {
        if (loop.LoopContext.Troubles.IsNews(reason))
        {
            ForwardingLog.AcceptTrouble(loop.LoopContext.Logger, reason);
        }

        _sockets.ForEach(s => loop.Network.StopListening(s.Socket));
        NextDeadline = loop.Now + loop.LoopContext.Time.TicksOf(_pause);
        _pause = _pause * 2 < MaxPause ? _pause * 2 : MaxPause;
    }
}
