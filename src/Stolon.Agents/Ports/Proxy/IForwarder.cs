namespace Stolon.Agents.Ports.Proxy;

/// <summary>One port of the proxy's data path: accepts clients and joins each with one of its destinations, or with
/// none.</summary>
public interface IForwarder : IAsyncDisposable
{
    /// <summary>Whether the port is open.</summary>
    bool Listening { get; }

    /// <summary>Opens the port if it is closed; nothing happens if it is open, or after <see
    /// cref="DrainAsync"/>.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The address cannot be listened on (port taken, no such
    /// address).</exception>
    void Listen();

    /// <summary>Closes the port; connections already joined stay. Nothing happens if it is closed.</summary>
    void StopListening();

    /// <summary>Where new clients go: to the destination of the lowest rank, among those to the one with the fewest
    /// connections. None: nowhere. Every connection to an address that is not among the new ones is closed before this
    /// method returns; other connections stay, whatever their destination's new rank. The same destinations change
    /// nothing.</summary>
    /// <param name="destinations">No address twice.</param>
    /// <param name="cause">Why connections are closed, for the figures.</param>
    void Route(IReadOnlyList<Destination> destinations, CutCause cause);

    /// <summary>What was routed holds until then; past it no client is joined and not a byte is passed on, even before
    /// anything is closed: a process that thaws after a long freeze must not serve its old connections for a moment
    /// more.</summary>
    /// <param name="timestamp">Of the proxy's <see cref="TimeProvider"/>. Never called: for ever.</param>
    void TrustUntil(long timestamp);

    /// <summary>Closes the port for good and waits until the last client has gone by itself. Routing goes on
    /// meanwhile.</summary>
    /// <exception cref="OperationCanceledException">Clients were left when the token was cancelled; they still
    /// are.</exception>
    Task DrainAsync(CancellationToken cancellationToken);
}
