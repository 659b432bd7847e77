namespace Stolon.Agents.Ports.Proxy;

/// <summary>One port of the proxy's data path: accepts clients and connects each to one of its destinations.</summary>
public interface IForwarder : IAsyncDisposable
{
    /// <summary>Whether the port is open.</summary>
    bool Listening { get; }

    /// <summary>Opens the port if it is closed; nothing happens if it is open, or after <see
    /// cref="DrainAsync"/>.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The address cannot be listened on (port taken, no such
    /// address).</exception>
    void Listen();

    /// <summary>Closes the port; existing connections stay. Nothing happens if it is closed.</summary>
    void StopListening();

    /// <summary>Sets the destinations. A new client is connected to a destination of the lowest rank and, among these,
    /// to the one with the fewest connections. Connections to other addresses are closed before this method returns;
    /// all others stay, whatever their destination's new rank.</summary>
    /// <param name="destinations">Each address once; empty: new clients are connected to no server.</param>
    /// <param name="cause">Why connections are closed, for the metrics.</param>
    void Route(IReadOnlyList<Destination> destinations, CutCause cause);

    /// <summary>The destinations are valid until this timestamp. After it, no client is connected and no byte is
    /// forwarded, even before connections are closed: a process that was frozen must not serve its old connections when
    /// it continues.</summary>
    /// <param name="timestamp">Of the proxy's <see cref="TimeProvider"/>. Without a call there is no limit.</param>
    void LeaseUntil(long timestamp);

    /// <summary>Closes the port permanently, and waits until the last client has disconnected. Destinations can still
    /// change.</summary>
    /// <exception cref="OperationCanceledException">Clients were still connected when the token was cancelled; their
    /// connections stay.</exception>
    Task DrainAsync(CancellationToken cancellationToken);
}
