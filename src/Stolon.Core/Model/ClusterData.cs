using Stolon.Core.Common;

namespace Stolon.Core.Model;

/// <summary>The whole desired and last known state: one document, written by one sentinel at a time (cluster-data.md
/// 1).</summary>
public sealed record ClusterData
{
    /// <summary>Time of the last write by a sentinel; never right after initialisation.</summary>
    public WallTime ChangeTime { get; init; }

    public required Cluster Cluster { get; init; }

    public ValueMap<KeeperUid, KeeperRecord> Keepers { get; init; } = ValueMap<KeeperUid, KeeperRecord>.Empty;

    public ValueMap<InstanceUid, Instance> Instances { get; init; } = ValueMap<InstanceUid, Instance>.Empty;

    public ProxyDirective Proxy { get; init; } = new();

    /// <summary>Of the document, the cluster and the proxies' orders; not of the specification, keepers and
    /// instances.</summary>
    public ForeignMembers Foreign { get; init; }

    /// <summary>The instance assigned to a keeper; null when it has none. A keeper never has two.</summary>
    public Instance? InstanceOf(KeeperUid keeper) => Instances.Values.FirstOrDefault(i => i.Spec.Keeper == keeper);

    /// <summary>The document of a new cluster.</summary>
    public static ClusterData New(ClusterUid uid, ClusterSpec spec, WallTime now) => new()
    {
        Cluster = new Cluster { Uid = uid, Spec = spec, Phase = ClusterPhase.Initializing, ChangeTime = now },
    };
}
