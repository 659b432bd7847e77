using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding.Network.Portable;

/// <summary>Sockets of the base library with <see cref="Socket.Select(System.Collections.IList?,
/// System.Collections.IList?, System.Collections.IList?, int)"/>, for systems without epoll. Each wait checks every
/// socket, so it suits hundreds of connections, not ten thousand. A waiting client that disconnects is noticed only
/// when its time to wait is over.</summary>
/// <param name="options">For connections to destinations; clients inherit those of the listening socket.</param>
internal sealed class SocketNetwork(SocketOptions options) : INetwork
{
    private readonly Dictionary<int, WatchedSocket> _sockets = [];
    private readonly Dictionary<Socket, long> _listeners = [];
    private readonly SelectSet _set = new();
    private int _lastNumber;

    public int Wait(Span<Readiness> ready, TimeSpan timeout) =>
        _set.Wait(_sockets.Values, _listeners, ready, timeout);

    public void Wake() => _set.Wake();

    public SocketError Listen(Socket listener, long token)
    {
        _listeners[listener] = token;
        return SocketError.Success;
    }

    public void StopListening(Socket listener) => _listeners.Remove(listener);

    public SocketError Accept(Socket listener, out int client)
    {
        client = -1;
        try
        {
            client = Register(listener.Accept(), optionsToSet: null);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    public SocketError Open(IPEndPoint address, out int socket)
    {
        socket = -1;
        try
        {
            socket = Register(new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp), options);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    public SocketError Connect(int socket, IPEndPoint address)
    {
        try
        {
            _sockets[socket].Connecting = true;
            _sockets[socket].Socket.Connect(address);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode is SocketError.WouldBlock ? SocketError.InProgress : e.SocketErrorCode;
        }
    }

    public SocketError FailureOf(int socket)
    {
        try
        {
            return (SocketError)(int)_sockets[socket].Socket
                .GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    public SocketError Watch(int socket, long token)
    {
        var watched = _sockets[socket];
        watched.Token = token;
        watched.AwaitsReceive = true;
        watched.AwaitsSend = true;
        return SocketError.Success;
    }

    public SocketError SetInterest(int socket, long token, bool includingData)
    {
        var watched = _sockets[socket];
        watched.Ignored = !includingData;
        watched.AwaitsReceive = includingData;
        return SocketError.Success;
    }

    public int Receive(int socket, Span<byte> buffer, out SocketError error)
    {
        var watched = _sockets[socket];
        var count = watched.Socket.Receive(buffer, SocketFlags.None, out error);
        watched.AwaitsReceive |= !watched.Ignored && (error == SocketError.WouldBlock
            || (error == SocketError.Success && count > 0 && count < buffer.Length));
        return count;
    }

    public int Send(int socket, ReadOnlySpan<byte> bytes, out SocketError error)
    {
        var watched = _sockets[socket];
        var count = watched.Socket.Send(bytes, SocketFlags.None, out error);
        watched.AwaitsSend |= error == SocketError.WouldBlock
            || (error == SocketError.Success && count < bytes.Length);
        return count;
    }

    public SocketError FinishSending(int socket)
    {
        try
        {
            _sockets[socket].Socket.Shutdown(SocketShutdown.Send);
            return SocketError.Success;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    public (IPEndPoint Remote, IPEndPoint Local)? EndsOf(int socket)
    {
        try
        {
            var ends = _sockets[socket].Socket;
            return (ends.RemoteEndPoint, ends.LocalEndPoint) is (IPEndPoint remote, IPEndPoint local)
                ? (remote, local)
                : null;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>Not supported by the base library: the close resets the connection.</summary>
    public void Reset(int socket)
    {
    }

    public void Close(int socket, bool abortive)
    {
        _sockets.Remove(socket, out var watched);
        if (abortive)
        {
            watched!.Socket.Close(0);
        }
        else
        {
            watched!.Socket.Dispose();
        }
    }

    public void Dispose() => _set.Dispose();

    /// <param name="optionsToSet">Null: the socket already has its options.</param>
    /// <exception cref="SocketException">The peer has already disconnected; the socket is closed.</exception>
    private int Register(Socket socket, SocketOptions? optionsToSet)
    {
        try
        {
            socket.Blocking = false;
            if (optionsToSet is not null)
            {
                SocketSetup.Apply(socket, optionsToSet);
            }
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }

        _sockets.Add(++_lastNumber, new WatchedSocket { Socket = socket });
        return _lastNumber;
    }
}
