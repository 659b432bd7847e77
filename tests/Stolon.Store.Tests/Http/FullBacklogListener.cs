using System.Net;
using System.Net.Sockets;

namespace Stolon.Store.Tests.Http;

/// <summary>A port with a full backlog: the kernel does not respond to new connections.</summary>
internal sealed class FullBacklogListener : IDisposable
{
    private readonly List<Socket> _sockets = [New()];

    public FullBacklogListener()
    {
        var listener = _sockets[0];
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        for (var i = 0; i < 4; i++)
        {
            var socket = New();
            socket.Blocking = false;
            try
            {
                socket.Connect(listener.LocalEndPoint!);
            }
            catch (SocketException e) when (e.SocketErrorCode is SocketError.WouldBlock or SocketError.InProgress)
            {
                // Begun.
            }

            _sockets.Add(socket);
        }

        Endpoint = $"http://{listener.LocalEndPoint}";
    }

    public string Endpoint { get; }

    public void Dispose() => _sockets.ForEach(socket => socket.Dispose());

    private static Socket New() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
