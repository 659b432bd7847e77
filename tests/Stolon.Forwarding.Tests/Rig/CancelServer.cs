using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Handles cancel requests as PostgreSQL does: refuses encryption, and closes after the request. Records what
/// each connection sent.</summary>
internal sealed class CancelServer : IDisposable
{
    private readonly ConcurrentQueue<byte[]> _received = [];

    /// <param name="request">The last bytes of a connection.</param>
    public CancelServer(byte[] request) => Server = Destination.Serving(socket => ServeAsync(socket, request));

    public Destination Server { get; }

    /// <summary>What each closed connection sent.</summary>
    public IReadOnlyList<byte[]> Received => [.. _received];

    public void Dispose() => Server.Dispose();

    private async Task ServeAsync(Socket socket, byte[] request)
    {
        var all = new List<byte>();
        var buffer = new byte[1000];
        int count;
        while ((count = await socket.ReceiveAsync(buffer)) > 0)
        {
            all.AddRange(buffer.AsSpan(0, count));
            if (EndsWith(all, StartupPackets.Ssl) || EndsWith(all, StartupPackets.Gss))
            {
                await socket.SendTextAsync("N");
            }
            else if (EndsWith(all, request))
            {
                socket.Shutdown(SocketShutdown.Send);
            }
        }

        _received.Enqueue([.. all]);
    }

    private static bool EndsWith(List<byte> all, byte[] end) => all.TakeLast(end.Length).SequenceEqual(end);
}
