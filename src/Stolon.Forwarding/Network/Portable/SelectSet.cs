using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding.Network.Portable;

/// <summary>Waits by select for what loops want to be told, and lets itself be woken by a datagram to itself.</summary>
internal sealed class SelectSet : IDisposable
{
    /// <summary>Select counts microseconds.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(int.MaxValue / 1000);

    private readonly Socket _wake = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);

    public SelectSet()
    {
        _wake.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _wake.Connect(_wake.LocalEndPoint!);
        _wake.Blocking = false;
    }

    public int Wait(
        IReadOnlyCollection<WatchedSocket> sockets,
        IReadOnlyDictionary<Socket, long> listeners,
        Span<Readiness> ready,
        TimeSpan timeout)
    {
        var receive = new List<Socket>(listeners.Keys) { _wake };
        var send = new List<Socket>();
        var watched = new Dictionary<Socket, WatchedSocket>();
        foreach (var socket in sockets.Where(s => s.AwaitsReceive || s.AwaitsSend))
        {
            watched.Add(socket.Socket, socket);
            if (socket.AwaitsReceive)
            {
                receive.Add(socket.Socket);
            }

            if (socket.AwaitsSend)
            {
                send.Add(socket.Socket);
            }
        }

        Socket.Select(receive, send, null, InWholeMilliseconds(timeout));
        if (receive.Remove(_wake))
        {
            Drain();
        }

        var filled = 0;
        foreach (var listener in receive.Where(listeners.ContainsKey).Take(ready.Length))
        {
            ready[filled++] = new Readiness(listeners[listener], Ready.Receive);
        }

        // What does not fit is told by the next wait.
        foreach (var socket in receive.Concat(send).Where(watched.ContainsKey).Distinct().Take(ready.Length - filled))
        {
            var told = watched[socket];
            ready[filled++] = new Readiness(told.Token, Tell(told, receive.Contains(socket), send.Contains(socket)));
        }

        return filled;
    }

    public void Wake() => _ = _wake.Send([1], SocketFlags.None, out _);

    public void Dispose() => _wake.Dispose();

    /// <summary>Not less than asked: on some systems the base library drops the microseconds, and who waits for some
    /// of them would ask without end.</summary>
    private static TimeSpan InWholeMilliseconds(TimeSpan timeout) =>
        timeout == Timeout.InfiniteTimeSpan ? timeout
            : timeout < LongestWait ? TimeSpan.FromMilliseconds(Math.Ceiling(timeout.TotalMilliseconds)) : LongestWait;

    private static Ready Tell(WatchedSocket socket, bool receive, bool send)
    {
        // A connection attempt that has failed looks like one that has succeeded: the loop has to ask.
        var concluded = socket.Connecting && send;
        socket.Connecting &= !send;
        socket.AwaitsReceive &= !receive;
        socket.AwaitsSend &= !send;
        return (receive ? Ready.Receive : Ready.None)
            | (send ? Ready.Send : Ready.None)
            | (concluded ? Ready.Broken : Ready.None);
    }

    private void Drain()
    {
        Span<byte> datagram = stackalloc byte[16];
        SocketError error;
        do
        {
            _wake.Receive(datagram, SocketFlags.None, out error);
        }
        while (error == SocketError.Success);
    }
}
