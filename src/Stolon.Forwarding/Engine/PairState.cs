namespace Stolon.Forwarding.Engine;

/// <summary>The state of a client connection. <see cref="Pair"/> lists what holds in each state.</summary>
internal enum PairState
{
    /// <summary>No destination accepts connections, and the client may wait: until one does, the time to wait is over
    /// or the client disconnects.</summary>
    Waiting,

    /// <summary>A connection to the destination is being opened: until it succeeds, fails or times out.</summary>
    Connecting,

    /// <summary>Data is forwarded: until both directions have ended or one has failed.</summary>
    Joined,

    /// <summary>The client is sent the reason of its refusal: until it closes or the time limit is reached.</summary>
    Rejecting,

    /// <summary>The sockets are closed.</summary>
    Closed,
}
