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
}

/// <summary>A running sentinel (store.md 4.2, SentinelInfo).</summary>
public sealed record SentinelReport(SentinelUid Uid);
