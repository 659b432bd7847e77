using System.Net.Sockets;
using Stolon.Agents.Ports;
using Stolon.Forwarding.Listening;

namespace Stolon.Forwarding.Engine;

/// <summary>Takes clients from the listening sockets. An accept that fails is tried again: a proxy that ends because a
/// client went away while being accepted, or because descriptors ran out for a second, harms everybody (the original
/// did).</summary>
/// <param name="place">Gives a new client to the loop that has the least to do.</param>
internal sealed class Acceptor(LoopState loop, Action<int> place)
{
    private const int MostAtOnce = 16;
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly List<OpenSocket> _sockets = [];
    private TimeSpan _pause = ShortestPause;

    /// <summary>When a pause after trouble ends, a timestamp. Null: there is none.</summary>
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

    /// <summary>Clients wait at that socket.</summary>
    /// <param name="token">As the socket's.</param>
    public void React(long token)
    {
        if (_sockets.Find(s => s.Token == token) is not { } socket)
        {
            return;
        }

        for (var i = 0; i < MostAtOnce; i++)
        {
            var error = loop.Network.Accept(socket.Socket, out var client);
            if (error == SocketError.Success)
            {
                _pause = ShortestPause;
                loop.Counters.Accepted++;
                place(client);
            }
            else if (!Survives(socket, error))
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
            Rest(error);
        }
    }

    /// <returns>True: the next client may be taken at once.</returns>
    private bool Survives(OpenSocket socket, SocketError error)
    {
        switch (error)
        {
            case SocketError.WouldBlock:
                return false;
            case SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable:
                Rest(error);
                return false;
            case SocketError.InvalidArgument or SocketError.NotSocket or SocketError.OperationNotSupported:
                ForwardingLog.ListenerBroken(loop.LoopContext.Logger, socket.Socket.LocalEndPoint!, error);
                socket.Broken = true;
                Close(socket);
                return false;
            default:
                // That client's own trouble, or its network's (accept(2), "Error handling").
                return true;
        }
    }

    /// <summary>The clients stay where they are until there are means for them.</summary>
    private void Rest(SocketError reason)
    {
        if (loop.LoopContext.Troubles.IsNews(reason))
        {
            ForwardingLog.AcceptTrouble(loop.LoopContext.Logger, reason);
        }

        _sockets.ForEach(s => loop.Network.StopListening(s.Socket));
        NextDeadline = loop.Now + loop.LoopContext.Time.TicksOf(_pause);
        _pause = _pause * 2 < LongestPause ? _pause * 2 : LongestPause;
    }
}
