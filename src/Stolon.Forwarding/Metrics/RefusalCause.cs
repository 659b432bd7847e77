namespace Stolon.Forwarding.Metrics;

/// <summary>Why a client was never joined.</summary>
internal enum RefusalCause
{
    /// <summary>There was no destination, and it did not wait or had waited long enough.</summary>
    NoDestination,

    /// <summary>No destination answered.</summary>
    DialFailed,

    /// <summary>As many clients as allowed were there already.</summary>
    TooManyConnections,

    /// <summary>No descriptor or no memory was left for the connection to the destination.</summary>
    NoResources,

    /// <summary>What the proxy was told was too old.</summary>
    Untrusted,

    /// <summary>The destination was taken away while it was being dialled.</summary>
    RouteChanged,

    /// <summary>The client left before it was joined.</summary>
    ClientLeft,

    /// <summary>The proxy ended.</summary>
    Shutdown,
}
