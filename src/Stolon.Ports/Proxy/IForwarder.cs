using System.Net;

namespace Stolon.Ports.Proxy;

/// <summary>The proxy's data path: accepts clients and joins each with the one destination, or with none.</summary>
public interface IForwarder : IAsyncDisposable
{
    /// <summary>Whether the port is open.</summary>
    bool Listening { get; }

    /// <summary>Opens the port if it is closed; nothing happens if it is open.</summary>
    /// <exception cref="System.Net.Sockets.SocketException">The address cannot be listened on (port taken, no such
    /// address).</exception>
    void Listen();

    /// <summary>Closes the port; connections already joined stay. Nothing happens if it is closed.</summary>
    void StopListening();

    /// <summary>Where new clients go. Null: nowhere; new clients are closed at once. A different destination than the
    /// present one closes every connection to the present one before this method returns; the same one changes
    /// nothing.</summary>
    void Route(IPEndPoint? destination);

    /// <summary>What was routed holds until then; past it no client is joined and not a byte is passed on, even before
    /// anything is closed: a process that thaws after a long freeze must not serve its old connections for a moment
    /// more.</summary>
    /// <param name="timestamp">Of the proxy's <see cref="TimeProvider"/>. Never called: for ever.</param>
    void TrustUntil(long timestamp);
}
