using System.Net;
using System.Net.Sockets;
using Stolon.Forwarding.Network;

namespace Stolon.Forwarding.Listening;

/// <summary>Opens the sockets of a port: its address, and the Unix socket beside it if there shall be one.</summary>
internal static class PortSockets
{
    /// <summary>The first is the one with the port.</summary>
    /// <exception cref="SocketException">It cannot be listened on; the text names the address. Nothing is
    /// open.</exception>
    public static List<OpenSocket> Open(ForwarderOptions options, SocketOptions socketOptions)
    {
        List<OpenSocket> sockets = [new(Bind(options.ListenAddress, options.Port, socketOptions), 0)];
        if (options.UnixSocketDirectory is { } directory)
        {
            try
            {
                var port = ((IPEndPoint)sockets[0].Socket.LocalEndPoint!).Port;
                sockets.Add(new OpenSocket(UnixSocketFile.Bind(directory, port), 1));
            }
            catch (SocketException)
            {
                Close(sockets);
                throw;
            }
        }

        return sockets;
    }

    public static void Close(IEnumerable<OpenSocket> sockets)
    {
        foreach (var socket in sockets)
        {
            UnixSocketFile.Remove(socket.Socket.LocalEndPoint);
            socket.Socket.Dispose();
        }
    }

    private static Socket Bind(string address, int port, SocketOptions options)
    {
        Socket? socket = null;
        try
        {
            var ip = Resolve(address);
            socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { Blocking = false };
            if (ip.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            SocketSetup.Apply(socket, options);
            socket.Bind(new IPEndPoint(ip, port));
            socket.Listen();
            return socket;
        }
        catch (SocketException e)
        {
            socket?.Dispose();
            throw new SocketException((int)e.SocketErrorCode, $"cannot listen on {address}:{port}: {e.Message}");
        }
    }

    private static IPAddress Resolve(string address)
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
}
