using Stolon.Core.Common;

namespace Stolon.Core.Model;

/// <summary>The desired and the last known state of the cluster: one document, written by one sentinel at a time
/// (docs/spec/cluster-data.md 1).</summary>
/// <remarks>Invariants, checked before every write of a sentinel (<see cref="Invariants"/>): there is no primary, or it
/// exists and is of primary type; every other instance that is a standby follows an existing instance or an external
/// server, and not itself; every instance is on an existing keeper, and no keeper has two; generations start at 1 and
/// never fall; instance and keeper uids are their keys. An operator can import a document that breaks them: the
/// sentinel then repairs what it can, logs the rest, and does not make it worse.</remarks>
public sealed record ClusterData
{
    /// <summary>Time of the last write by a sentinel; never right after initialisation.</summary>
    public WallTime ChangeTime { get; init; }

    public required Cluster Cluster { get; init; }

    public ValueMap<KeeperUid, KeeperRecord> Keepers { get; init; } = ValueMap<KeeperUid, KeeperRecord>.Empty;

    public ValueMap<InstanceUid, Instance> Instances { get; init; } = ValueMap<InstanceUid, Instance>.Empty;

    public ProxyDirective Proxy { get; init; } = new();

    /// <summary>Members of the document, the cluster and the proxy directive; the specification, keepers and instances
    /// have their own.</summary>
    public ForeignMembers Foreign { get; init; }

    /// <summary>The instance assigned to a keeper; null: none. A keeper never has two.</summary>
    public Instance? InstanceOf(KeeperUid keeper) => Instances.Values.FirstOrDefault(i => i.Spec.Keeper == keeper);

    /// <summary>The document of a new cluster.</summary>
    public static ClusterData New(ClusterUid uid, ClusterSpec spec, WallTime now) => new()
    {
        Cluster = new Cluster { Uid = uid, Spec = spec, Phase = ClusterPhase.Initializing, ChangeTime = now },
    };
}
