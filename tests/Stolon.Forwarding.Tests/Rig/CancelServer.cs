using System.Collections.Concurrent;
using System.Net.Sockets;

namespace Stolon.Forwarding.Tests.Rig;

/// <summary>Does as PostgreSQL does with requests to cancel: refuses encryption, and closes when it has heard the
/// request. Remembers what each connection said.</summary>
internal sealed class CancelServer : IDisposable
{
    private readonly ConcurrentQueue<byte[]> _heard = [];

    /// <param name="request">With it a connection has said all.</param>
    public CancelServer(byte[] request) => Server = Destination.Serving(socket => ServeAsync(socket, request));

    public Destination Server { get; }

    /// <summary>Of each connection that has ended.</summary>
    public IReadOnlyList<byte[]> Heard => [.. _heard];

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

        _heard.Enqueue([.. all]);
    }

    private static bool EndsWith(List<byte> all, byte[] end) => all.TakeLast(end.Length).SequenceEqual(end);
}
