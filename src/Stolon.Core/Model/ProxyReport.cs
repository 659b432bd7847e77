namespace Stolon.Core.Model;

/// <summary>What a proxy publishes (docs/spec/store.md 4.3, ProxyInfo).</summary>
public sealed record ProxyReport
{
    /// <summary>A new random id at every write: a change shows that the proxy is alive.</summary>
    public required string InfoUid { get; init; }

    public required ProxyUid Uid { get; init; }

    /// <summary>The generation of the proxy directive that is in force in this proxy.</summary>
    public Generation Generation { get; init; }

    /// <summary>After this time without the store, the proxy closes all connections by itself.</summary>
    public TimeSpan ProxyTimeout { get; init; }

    /// <summary>There is a report that cannot be read: the proxy may be forwarding, and the other members mean nothing.
    /// The uid is the name of the report's key, and the info uid changes with the document.</summary>
    public bool Unreadable { get; init; }
}

/// <summary>A running sentinel (docs/spec/store.md 4.2, SentinelInfo).</summary>
public sealed record SentinelReport(SentinelUid Uid);
