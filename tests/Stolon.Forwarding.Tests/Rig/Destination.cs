using System.Net;
using System.Net.Sockets;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>A server on 127.0.0.1 that passes each connection to a handler.</summary>
internal sealed class Destination : IDisposable
{
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private int _served;

    private Destination(int port = 0)
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
    }

    /// <summary>The number of connections passed to handlers so far.</summary>
    public int Served => Volatile.Read(ref _served);

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndPoint!;

    public static Destination Serving(Func<Socket, Task> handler, int port = 0)
    {
        var destination = new Destination(port);
        destination._listener.Listen(4096);
        _ = destination.ServeAsync(handler);
        return destination;
    }

    /// <summary>Echoes, and closes when the client does.</summary>
    public static Destination Echo(int port = 0) => Serving(EchoAsync, port);

    /// <summary>The handler of <see cref="Echo"/>.</summary>
    public static async Task EchoAsync(Socket socket)
    {
        var buffer = new byte[4096];
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0)
        {
            await socket.SendAsync(buffer.AsMemory(0, count));
        }
    }

    /// <summary>Does not accept by itself: the test does.</summary>
    public static Destination Silent(int backlog = 128)
    {
        var destination = new Destination();
        destination._listener.Listen(backlog);
        return destination;
    }

    /// <summary>Drops every connection request, as a host behind a firewall does: its queue is full.</summary>
    public static async Task<(Destination Server, List<Socket> Fillers)> BlackHole()
    {
        var destination = Silent(backlog: 0);
        var fillers = new List<Socket>();
        while (true)
        {
            var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            fillers.Add(filler);
            var connecting = filler.ConnectAsync(destination.Address);
            if (await Task.WhenAny(connecting, Task.Delay(200)) != connecting)
            {
                return (destination, fillers);
            }
        }
    }

    public Task<Socket> AcceptAsync() => _listener.AcceptAsync().WaitAsync(Client.Patience);

    public void Dispose() => _listener.Dispose();

    private async Task ServeAsync(Func<Socket, Task> handler)
    {
        try
        {
            while (true)
            {
                var socket = await _listener.AcceptAsync();
                Interlocked.Increment(ref _served);
                _ = HandleAsync(socket, handler);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Disposed: the test is over.
        }
    }

    private static async Task HandleAsync(Socket socket, Func<Socket, Task> handler)
    {
        using (socket)
        {
            try
            {
                await handler(socket);
            }
            catch (SocketException)
            {
                // The client was reset; the test checks its other side.
            }
        }
    }
}
