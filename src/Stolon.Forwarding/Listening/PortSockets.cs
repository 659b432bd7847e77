using System.Net;
using System.Net.Sockets;
using Stolon.Forwarding.Network;

namespace Stolon.Forwarding.Listening;

/// <summary>Opens the sockets of a port: the TCP socket, and the Unix socket if one is configured.</summary>
internal static class PortSockets
{
    /// <returns>First the TCP socket.</returns>
    /// <exception cref="SocketException">A socket cannot be opened; the message contains its address. No socket is
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

        var resolved = Dns.GetHostAddresses(address);
        return Array.Find(resolved, a => a.AddressFamily == AddressFamily.InterNetwork)
            ?? (resolved.Length > 0 ? resolved[0] : throw new SocketException((int)SocketError.HostNotFound));
    }
}
