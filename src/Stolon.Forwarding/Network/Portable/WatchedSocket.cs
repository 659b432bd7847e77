using System.Net.Sockets;

namespace Stolon.Forwarding.Network.Portable;

/// <summary>A socket and the events that its loop waits for.</summary>
internal sealed class WatchedSocket
{
    public required Socket Socket { get; init; }

    public long Token { get; set; }

    /// <summary>A connection attempt is in progress, or its result has not been reported yet.</summary>
    public bool Connecting { get; set; }

    /// <summary>The loop has received all data and waits for more.</summary>
    public bool AwaitsReceive { get; set; }

    /// <summary>Events for arriving data are turned off.</summary>
    public bool Ignored { get; set; }

    /// <summary>The send buffer is full and the loop waits for room.</summary>
    public bool AwaitsSend { get; set; }
}
