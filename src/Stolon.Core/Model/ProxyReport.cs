namespace Stolon.Core.Model;

/// <summary>What a proxy says of itself (store.md 4.3, ProxyInfo).</summary>
public sealed record ProxyReport
{
    /// <summary>New random id at every write: its change is the sign of life.</summary>
    public required string InfoUid { get; init; }

    public required ProxyUid Uid { get; init; }

    /// <summary>The generation of the proxy directive that is in force in this proxy.</summary>
    public Generation Generation { get; init; }

    /// <summary>After this long without the store the proxy closes everything by itself.</summary>
    public TimeSpan ProxyTimeout { get; init; }

    /// <summary>There is a report, but nobody can read it: the proxy may be forwarding, and the rest of this says
    /// nothing. Its uid is the name of the place where the report is, its info uid changes with the document.</summary>
    public bool Unreadable { get; init; }
}

/// <summary>A running sentinel (store.md 4.2, SentinelInfo).</summary>
public sealed record SentinelReport(SentinelUid Uid);
