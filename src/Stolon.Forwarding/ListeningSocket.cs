using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Stolon.Forwarding;

/// <summary>The open or closed port. An accept that fails is tried again: a proxy that ends because a client went away
/// while being accepted, or because descriptors ran out for a second, harms everybody (the original did).</summary>
/// <param name="join">Takes a new client over. It is never called after <see cref="Close"/> has returned.</param>
internal sealed class ListeningSocket(
    string address, int port, Action<Socket> join, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly TroubleMemory _troubles = new(time);
    private Socket? _socket;

    /// <summary>Null: closed.</summary>
    public EndPoint? BoundTo
    {
        get
        {
            lock (_gate)
            {
                return _socket?.LocalEndPoint;
            }
        }
    }

    /// <exception cref="SocketException">The address cannot be listened on; the text names it.</exception>
    public void Open()
    {
        lock (_gate)
        {
            if (_socket is not null)
            {
                return;
            }

            try
            {
                _socket = Bind();
            }
            catch (SocketException e)
            {
                throw new SocketException((int)e.SocketErrorCode, $"cannot listen on {address}:{port}: {e.Message}");
            }

            ForwardingLog.Listening(logger, _socket.LocalEndPoint!);
            _ = AcceptAsync(_socket);
        }
    }

    public void Close()
    {
        lock (_gate)
        {
            if (_socket is null)
            {
                return;
            }

            ForwardingLog.StoppedListening(logger, _socket.LocalEndPoint!);
            _socket.Dispose();
            _socket = null;
        }
    }

    private Socket Bind()
    {
        var ip = ResolveAddress();
        var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (ip.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(new IPEndPoint(ip, port));
            socket.Listen();
            return socket;
        }
        catch (SocketException)
        {
            socket.Dispose();
            throw;
        }
    }

    private IPAddress ResolveAddress()
    {
        if (address is "" or "*")
        {
            return Socket.OSSupportsIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        }

        if (IPAddress.TryParse(address, out var ip))
        {
            return ip;
        }

        var found = Dns.GetHostAddresses(address);
        return Array.Find(found, a => a.AddressFamily == AddressFamily.InterNetwork)
            ?? (found.Length > 0 ? found[0] : throw new SocketException((int)SocketError.HostNotFound));
    }

    /// <summary>Runs until the socket is closed; its disposal is what ends the pending accept.</summary>
    private async Task AcceptAsync(Socket listener)
    {
        var pause = ShortestPause;
        while (IsOpen(listener))
        {
            try
            {
                Take(listener, await listener.AcceptAsync());
                pause = ShortestPause;
            }
            catch (SocketException e) when (IsOpen(listener))
            {
                if (!Survives(e))
                {
                    return;
                }

                await Task.Delay(pause, time, CancellationToken.None);
                pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }
        }
    }

    private bool IsOpen(Socket listener)
    {
        lock (_gate)
        {
            return _socket == listener;
        }
    }

    private void Take(Socket listener, Socket client)
    {
        lock (_gate)
        {
            if (_socket == listener)
            {
                join(client);
                return;
            }
        }

        client.Dispose();
    }

    /// <summary>Everything passes with time, except a socket that is none any more: then the port closes, for
    /// <see cref="Open"/> to open it anew.</summary>
    private bool Survives(SocketException error)
    {
        if (error.SocketErrorCode is SocketError.InvalidArgument or SocketError.NotSocket
            or SocketError.OperationNotSupported)
        {
            ForwardingLog.ListenerBroken(logger, error);
            Close();
            return false;
        }

        if (_troubles.IsNews(error.SocketErrorCode))
        {
            ForwardingLog.AcceptTrouble(logger, error.SocketErrorCode, error);
        }

        return true;
    }
}
