using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Ctl.Status;

/// <summary>The content of <c>stolonctl status</c>, for every output format.</summary>
internal sealed record StatusReport
{
    private const string NoInstance = "(no db assigned)";
    private const string NotReported = "(unknown)";

    /// <summary>Sorted by uid.</summary>
    public required ValueList<SentinelLine> Sentinels { get; init; }

    /// <summary>Sorted by uid.</summary>
    public required ValueList<ProxyLine> Proxies { get; init; }

    /// <summary>Sorted by uid.</summary>
    public required ValueList<KeeperLine> Keepers { get; init; }

    /// <summary>Null while no primary is chosen.</summary>
    public required InstanceUid? Primary { get; init; }

    /// <summary>Null while there is no primary, or its instance does not exist.</summary>
    public required KeeperUid? PrimaryKeeper { get; init; }

    /// <summary>Why clients reach no primary that accepts writes; null: nothing is known to be wrong.</summary>
    public Trouble? Trouble { get; init; }

    /// <summary>The primary and what streams from it, each before its own followers; empty without a primary.</summary>
    public required ValueList<TreeLine> Tree { get; init; }

    /// <param name="reports">For the keepers' complaints; a missing report counts as one without complaints.</param>
    /// <param name="leader">The value of the leading sentinel's candidacy; null: no sentinel leads.</param>
    public static StatusReport From(
        ClusterData data,
        string? leader,
        ValueList<SentinelReport> sentinels,
        IEnumerable<ProxyReport> proxies,
        ValueMap<KeeperUid, KeeperReport> reports) => new()
        {
            Sentinels = sentinels.OrderBy(sentinel => sentinel.Uid)
                .Select(sentinel => new SentinelLine(sentinel.Uid, sentinel.Uid.Value == leader))
                .ToValueList(),
            Proxies = proxies.OrderBy(proxy => proxy.Uid)
                .Select(proxy => new ProxyLine(proxy.Uid, proxy.Generation))
                .ToValueList(),
            Keepers = data.Keepers.Values
                .Select(keeper => Line(
                keeper, data.InstanceOf(keeper.Uid), reports.Find<KeeperUid, KeeperReport>(keeper.Uid))
                    with
                { WalKept = WalKeptFor(data, reports, keeper.Uid) })
                .ToValueList(),
            Primary = data.Cluster.Primary,
            PrimaryKeeper = data.Instances.Find(data.Cluster.Primary)?.Spec.Keeper,
            Trouble = data.Cluster.Trouble,
            Tree = StatusTree.Of(data),
        };

    /// <summary>The WAL that the primary keeps for a standby whose slot is inactive; null: none, or unknown.</summary>
    private static long? WalKeptFor(
        ClusterData data, ValueMap<KeeperUid, KeeperReport> reports, KeeperUid keeper) =>
        data.Instances.Find(data.Cluster.Primary) is { } primary
        && data.InstanceOf(keeper) is { } instance
        && reports.Find<KeeperUid, KeeperReport>(primary.Spec.Keeper)?.Postgres?.Slots is { } slots
        && slots.FirstOrDefault(s => s.Name == ReplicationSlotName.Of(instance.Uid)) is
        { Active: false, RetainedBytes: >= StatusReasons.MinWalShown and var bytes }
            ? bytes
            : null;

    private static KeeperLine Line(KeeperRecord keeper, Instance? instance, KeeperReport? report) => new()
    {
        Trouble = keeper.Status.Trouble ?? instance?.Status.Trouble,
        Complaints = report?.Complaints ?? [],
        Uid = keeper.Uid,
        Healthy = keeper.Status.Healthy,
        ListenAddress = instance?.Status switch
        {
            null => NoInstance,
            { ListenAddress: null } => NotReported,
            { ListenAddress: { } address, Port: var port } => $"{address}:{port}",
        },
        PgHealthy = instance?.Status.Healthy ?? false,
        WantedGeneration = instance?.Generation ?? Generation.None,
        CurrentGeneration = instance?.Status.CurrentGeneration ?? Generation.None,
    };
}

/// <summary>A running sentinel.</summary>
internal sealed record SentinelLine(SentinelUid Uid, bool Leader);

/// <summary>A running proxy.</summary>
internal sealed record ProxyLine(ProxyUid Uid, Generation Generation);

/// <summary>A keeper; without an instance the PostgreSQL members are false and none.</summary>
internal sealed record KeeperLine
{
    public required KeeperUid Uid { get; init; }

    public required bool Healthy { get; init; }

    /// <summary><c>address:port</c>, or why there is none, in brackets.</summary>
    public required string ListenAddress { get; init; }

    public required bool PgHealthy { get; init; }

    public required Generation WantedGeneration { get; init; }

    public required Generation CurrentGeneration { get; init; }

    /// <summary>Why the sentinel considers it, or its instance, unhealthy; null: it does not.</summary>
    public Trouble? Trouble { get; init; }

    /// <summary>What the keeper itself finds wrong, by subject.</summary>
    public ValueList<Complaint> Complaints { get; init; }

    /// <summary>Bytes of WAL that the primary keeps for its standby, which does not receive them; null: none, or
    /// unknown.</summary>
    public long? WalKept { get; init; }
}
