using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding.Network.Portable;

/// <summary>Waits for events with select. A datagram to its own socket wakes it.</summary>
internal sealed class SelectSet : IDisposable
{
    /// <summary>Select counts microseconds in an int.</summary>
    private static readonly TimeSpan MaxWait = TimeSpan.FromMilliseconds(int.MaxValue / 1000);

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

        // The next wait reports what does not fit.
        foreach (var socket in receive.Concat(send).Where(watched.ContainsKey).Distinct().Take(ready.Length - filled))
        {
            var found = watched[socket];
            ready[filled++] = new Readiness(
                found.Token, TakeReadiness(found, receive.Contains(socket), send.Contains(socket)));
        }

        return filled;
    }

    public void Wake() => _ = _wake.Send([1], SocketFlags.None, out _);

    public void Dispose() => _wake.Dispose();

    /// <summary>Rounds up: on some systems the base library drops the microseconds, and a loop that waits for
    /// microseconds would spin.</summary>
    private static TimeSpan InWholeMilliseconds(TimeSpan timeout) =>
        timeout == Timeout.InfiniteTimeSpan ? timeout
            : timeout < MaxWait ? TimeSpan.FromMilliseconds(Math.Ceiling(timeout.TotalMilliseconds)) : MaxWait;

    private static Ready TakeReadiness(WatchedSocket socket, bool receive, bool send)
    {
        // Select does not distinguish a failed connection attempt from a successful one: the loop must ask.
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
