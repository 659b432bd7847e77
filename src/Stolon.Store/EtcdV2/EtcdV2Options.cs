namespace Stolon.Store.EtcdV2;

/// <summary>How to connect to etcd's v2 API (docs/spec/store.md 2 and 6).</summary>
public sealed record EtcdV2Options
{
    /// <summary>The members, in the order in which they are tried.</summary>
    public required StoreEndpoints Endpoints { get; init; }

    /// <summary>Timeout of one request, for all members together: more than zero, at most 20 days.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Used with https endpoints; null = the system's trusted certificates, no client certificate.</summary>
    public StoreTls? Tls { get; init; }

    /// <summary>Null = no login.</summary>
    public StoreLogin? Login { get; init; }
}
