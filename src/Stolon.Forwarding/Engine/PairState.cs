namespace Stolon.Forwarding.Engine;

/// <summary>Where a client is on its way.</summary>
internal enum PairState
{
    /// <summary>Nobody to join it with, and it may wait: until there is somebody, its patience ends or it
    /// leaves.</summary>
    Waiting,

    /// <summary>Its destination was asked for a connection: until it answers, fails or takes too long.</summary>
    Connector,

    /// <summary>Data flows: until both directions have ended or one has failed.</summary>
    Joined,

    /// <summary>It is being told why it cannot be joined: until it has heard or takes too long.</summary>
    Rejector,

    /// <summary>Its sockets are closed.</summary>
    Closed,
}
