using System.Net.Sockets;

namespace Stolon.Forwarding.Network.Portable;

/// <summary>A socket, and what its loop has not been told of yet.</summary>
internal sealed class WatchedSocket
{
    public required Socket Socket { get; init; }

    public long Token { get; set; }

    /// <summary>It was asked to connect, and the loop has not been told that it has or has failed.</summary>
    public bool Connecting { get; set; }

    /// <summary>The loop took all there was: it wants to be told when there is more.</summary>
    public bool AwaitsReceive { get; set; }

    /// <summary>It does not want to be told of data now.</summary>
    public bool Ignored { get; set; }

    /// <summary>The loop filled the socket: it wants to be told when there is room.</summary>
    public bool AwaitsSend { get; set; }
}
