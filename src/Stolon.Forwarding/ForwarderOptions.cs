namespace Stolon.Forwarding;

/// <summary>The options of one port of the data path (docs/spec/proxy-rules.md 1). Features that stolon does not have
/// are off by default.</summary>
public sealed record ForwarderOptions
{
    /// <summary>The value of the label <c>port</c> in metrics.</summary>
    public string Label { get; init; } = "primary";

    /// <summary>An IPv4 or IPv6 address or a host name (its IPv4 address is preferred). Empty, <c>*</c> and <c>::</c>:
    /// every address of both families.</summary>
    public required string ListenAddress { get; init; }

    /// <summary>0 to 65535; 0 lets the system choose.</summary>
    public required int Port { get; init; }

    /// <summary>A directory for the additional socket <c>.s.PGSQL.PORT</c>, as PostgreSQL creates it
    /// (<c>unix_socket_directories</c>, "Connections and Authentication"). Null: no such socket.</summary>
    public string? UnixSocketDirectory { get; init; }

    /// <summary>Keepalive of client connections. Connections to destinations use the defaults.</summary>
    public KeepAliveSettings KeepAlive { get; init; } = KeepAliveSettings.Default;

    /// <summary>How long sent data may stay unacknowledged before the connection is closed, on both sides
    /// (<c>TCP_USER_TIMEOUT</c>). Zero: the system's default, about 15 minutes.</summary>
    public TimeSpan UserTimeout { get; init; }

    /// <summary>How long a destination may take to accept a connection, more than zero. The original uses the
    /// kernel's two minutes; 10 s is more than a handshake with two lost packets takes.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a new client may wait while no destination accepts connections. Zero: it is refused
    /// immediately, as the original does.</summary>
    public TimeSpan MaxWait { get; init; }

    /// <summary>The limit of concurrent clients; further ones are refused with error <c>53300</c>. 0: no
    /// limit.</summary>
    public int MaxConnections { get; init; }

    /// <summary>Refuse a client with error <c>57P03</c> if no destination is available. False: close it without a
    /// message, as the original does.</summary>
    public bool ExplainRefusals { get; init; }

    /// <summary>Begin each connection to a destination with a header of the PROXY protocol, version 2, which contains
    /// the client's address. PostgreSQL does not support it; some poolers do.</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>The number of forwarding threads. 0: one for each processor.</summary>
    public int Threads { get; init; }
}
