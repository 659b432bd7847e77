using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Everything one decision is made from: what was read, when, and what chance has drawn beforehand.</summary>
public sealed record SentinelView
{
    /// <summary>The cluster data as read; its specification validates.</summary>
    public required ClusterData Data { get; init; }

    public required ValueMap<KeeperUid, KeeperReport> Keepers { get; init; }

    public required ValueMap<ProxyUid, ProxyReport> Proxies { get; init; }

    /// <summary>On this sentinel's monotonic clock, since any fixed moment. All ages are differences of
    /// these.</summary>
    public required TimeSpan Now { get; init; }

    /// <summary>For how long before this look the sentinel could not look, its store away or itself frozen; zero: it
    /// looked as often as it should.</summary>
    public TimeSpan ObservationGap { get; init; }

    /// <summary>Only to be stored and shown.</summary>
    public required WallTime WallNow { get; init; }

    /// <summary>Uids nobody has used, for new instances: at least one more than there are keepers.</summary>
    public required ValueList<InstanceUid> FreshUids { get; init; }

    /// <summary>A random number, 0 or more: which of several equal keepers becomes the first primary.</summary>
    public int Chance { get; init; }
}
