using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>All inputs of one decision: what was read, when, and random values drawn in advance.</summary>
public sealed record SentinelView
{
    /// <summary>The cluster data as read; its specification validates.</summary>
    public required ClusterData Data { get; init; }

    public required ValueMap<KeeperUid, KeeperReport> Keepers { get; init; }

    public required ValueMap<ProxyUid, ProxyReport> Proxies { get; init; }

    /// <summary>On this sentinel's monotonic clock, from any fixed moment. All ages are differences of such
    /// values.</summary>
    public required TimeSpan Now { get; init; }

    /// <summary>For how long before this decision the sentinel could not observe, because the store was unreachable or
    /// the process was frozen; zero: it observed as often as it should.</summary>
    public TimeSpan ObservationGap { get; init; }

    /// <summary>Only to be stored and shown.</summary>
    public required WallTime WallNow { get; init; }

    /// <summary>Unused uids for new instances: at least one more than there are keepers.</summary>
    public required ValueList<InstanceUid> FreshUids { get; init; }

    /// <summary>A random number, 0 or more; it selects the first primary among equal keepers.</summary>
    public int Chance { get; init; }
}
