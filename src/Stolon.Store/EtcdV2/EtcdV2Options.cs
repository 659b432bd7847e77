namespace Stolon.Store.EtcdV2;

/// <summary>How to reach etcd's v2 API (store.md 2 and 6).</summary>
public sealed record EtcdV2Options
{
    /// <summary>Members to ask, in this order; the next one when one fails.</summary>
    public required StoreEndpoints Endpoints { get; init; }

    /// <summary>How long one request may take, all members tried included: more than zero, at most 20 days.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Used with https endpoints; null = the system's trust, no client certificate.</summary>
    public StoreTls? Tls { get; init; }

    /// <summary>Null = without a user.</summary>
    public StoreLogin? Login { get; init; }
}
