namespace Stolon.Forwarding;

/// <summary>What the forwarder is told at start (proxy.md 1).</summary>
public sealed record ForwarderOptions
{
    /// <summary>An IPv4 or IPv6 address or a host name (its IPv4 address is preferred). Empty, <c>*</c> and <c>::</c>:
    /// every address of both families.</summary>
    public required string ListenAddress { get; init; }

    /// <summary>0 to 65535; 0 lets the system choose (<see cref="TcpForwarder.ListeningOn"/> tells which).</summary>
    public required int Port { get; init; }

    /// <summary>Probing of clients. Destinations are probed with the defaults.</summary>
    public KeepAliveSettings KeepAlive { get; init; } = KeepAliveSettings.Default;

    /// <summary>How long a destination may take to accept a connection, more than zero. The original waited for the
    /// kernel's two minutes; 10 s is more than a handshake with two lost packets takes.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
