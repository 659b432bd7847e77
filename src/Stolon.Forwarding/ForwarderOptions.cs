namespace Stolon.Forwarding;

/// <summary>What one port of the data path is told at start (proxy.md 1). What stolon does not have is off unless it is
/// asked for.</summary>
public sealed record ForwarderOptions
{
    /// <summary>The value of the label <c>port</c> in the figures.</summary>
    public string Label { get; init; } = "primary";

    /// <summary>An IPv4 or IPv6 address or a host name (its IPv4 address is preferred). Empty, <c>*</c> and <c>::</c>:
    /// every address of both families.</summary>
    public required string ListenAddress { get; init; }

    /// <summary>0 to 65535; 0 lets the system choose.</summary>
    public required int Port { get; init; }

    /// <summary>A directory where <c>.s.PGSQL.PORT</c> is listened on too, as PostgreSQL does
    /// (<c>unix_socket_directories</c>, "Connections and Authentication"). Null: no such socket.</summary>
    public string? UnixSocketDirectory { get; init; }

    /// <summary>Probing of clients. Destinations are probed with the defaults.</summary>
    public KeepAliveSettings KeepAlive { get; init; } = KeepAliveSettings.Default;

    /// <summary>How long sent data may stay unacknowledged until the connection counts as dead, on both sides
    /// (<c>TCP_USER_TIMEOUT</c>). Zero: the system's default, some 15 minutes.</summary>
    public TimeSpan UserTimeout { get; init; }

    /// <summary>How long a destination may take to accept a connection, more than zero. The original waited for the
    /// kernel's two minutes; 10 s is more than a handshake with two lost packets takes.</summary>
    public TimeSpan DialTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a new client is kept waiting while there is no destination or none that answers. Zero: not at
    /// all, as the original.</summary>
    public TimeSpan Patience { get; init; }

    /// <summary>Clients at a time; one more is told so (<c>53300</c>) and closed. 0: no limit.</summary>
    public int MaxConnections { get; init; }

    /// <summary>Tell a client that cannot be joined why (<c>57P03</c>). False: close it without a word, as the
    /// original.</summary>
    public bool ExplainRefusals { get; init; }

    /// <summary>Begin each connection to a destination with the client's address, as the PROXY protocol's second
    /// version writes it. PostgreSQL itself does not understand it; some poolers do.</summary>
    public bool ProxyProtocol { get; init; }

    /// <summary>Threads that forward. 0: one for each processor.</summary>
    public int Threads { get; init; }
}
