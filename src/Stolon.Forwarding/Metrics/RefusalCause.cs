namespace Stolon.Forwarding.Metrics;

/// <summary>Why a client was refused: closed before it was joined.</summary>
internal enum RefusalCause
{
    /// <summary>There was no destination, and the client did not wait or had waited for the maximum time.</summary>
    NoDestination,

    /// <summary>No destination accepted the connection.</summary>
    DialFailed,

    /// <summary>The limit of clients was reached.</summary>
    TooManyConnections,

    /// <summary>Descriptors or memory for the connection had run out.</summary>
    NoResources,

    /// <summary>The route lease had expired.</summary>
    Untrusted,

    /// <summary>The destination was removed while the client was connecting to it.</summary>
    RouteChanged,

    /// <summary>The client disconnected.</summary>
    ClientLeft,

    /// <summary>The proxy stopped.</summary>
    Shutdown,
}
