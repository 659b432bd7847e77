namespace Stolon.Store.Contract;

/// <summary>A real server (or one of several that form a store) that a test breaks.</summary>
public interface IStoreServer
{
    /// <summary>The port for clients.</summary>
    int Port { get; }

    /// <summary>Kills it; its data remain. Does nothing if it does not run.</summary>
    Task KillAsync();

    /// <summary>Starts it with its data and waits until it serves.</summary>
    Task StartAgainAsync();

    /// <summary>Freezes it: connections stay open, without responses.</summary>
    void Freeze();

    void Thaw();
}

/// <summary>The parameters of a client in a fault test.</summary>
/// <param name="Port">The port to connect to: that of the server or of a faulty connection.</param>
/// <param name="RequestTimeout">Timeout of one request.</param>
/// <param name="Time">The client's clock.</param>
public sealed record FaultyClient(string Cluster, Member Member, int Port, TimeSpan RequestTimeout, TimeProvider Time);
