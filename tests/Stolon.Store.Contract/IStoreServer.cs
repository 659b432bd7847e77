namespace Stolon.Store.Contract;

/// <summary>A real server (or one of several that are one store) which a test hurts.</summary>
public interface IStoreServer
{
    /// <summary>The port its clients connect to.</summary>
    int Port { get; }

    /// <summary>Ends it as a crash would; the data stay. Nothing happens when it does not run.</summary>
    Task KillAsync();

    /// <summary>Starts it with the data it had and waits until it serves.</summary>
    Task StartAgainAsync();

    /// <summary>Connections stay open, nothing is answered.</summary>
    void Freeze();

    void Thaw();
}

/// <summary>How a client is made for a test of faults.</summary>
/// <param name="Port">Where it connects to: the server's own, or that of a faulty line.</param>
/// <param name="RequestTimeout">For one request.</param>
/// <param name="Time">The client's clock.</param>
public sealed record FaultyClient(string Cluster, Member Member, int Port, TimeSpan RequestTimeout, TimeProvider Time);
