using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Agents.Tests.Rig;

/// <summary>Documents of a small cluster: keeper k1 with instance i1, its primary, and keeper k2 with
/// i2.</summary>
internal static class Clusters
{
    public static readonly KeeperUid K1 = new("k1");
    public static readonly InstanceUid I1 = new("i1");
    public static readonly InstanceUid I2 = new("i2");
    public static readonly InstanceUid I3 = new("i3");
    public static readonly ProxyUid P1 = new("p1");
    public static readonly ClusterUid Uid = new("cluster1");
    public static readonly ClusterSpec Spec = new() { InitMode = ClusterInitMode.New };

    public static KeeperIdentity Identity { get; } = new()
    {
        BootUuid = "boot",
        ListenAddress = "*",
        Port = "5432",
        Advertised = new ServerAddress("10.0.0.1", "5432"),
        Superuser = new Login("postgres", "trust", null),
        Replication = new Login("repl", "trust", null),
    };

    /// <summary>Nobody is in it yet.</summary>
    public static ClusterData Empty(ClusterSpec? spec = null) => ClusterData.New(Uid, spec ?? Spec, WallTime.Never);

    /// <summary>A cluster at work.</summary>
    public static ClusterData Running(ClusterSpec? spec = null) => Empty(spec) with
    {
        Cluster = new Cluster { Uid = Uid, Spec = spec ?? Spec, Phase = ClusterPhase.Normal, Primary = I1 },
        Keepers = Map(Keeper("k1"), Keeper("k2")),
        Instances = Map(Instance("i1", "k1", "10.0.0.1"), Instance("i2", "k2", "10.0.0.2")),
    };

    /// <summary>Instance i1 is to be made on k1, in that mode.</summary>
    public static ClusterData Initializing(InstanceInitMode mode = InstanceInitMode.New)
    {
        var data = Empty();
        var instance = Instance("i1", "k1", "10.0.0.1");
        return data with
        {
            Cluster = data.Cluster with { Primary = I1 },
            Keepers = Map(Keeper("k1")),
            Instances = Map(instance with
            {
                Spec = instance.Spec with { InitMode = mode },
                Status = new InstanceStatus(),
            }),
        };
    }

    /// <summary>With this target for the proxies; p1 is enabled.</summary>
    public static ClusterData Routed(InstanceUid? target, long generation, ClusterSpec? spec = null) =>
        Running(spec) with
        {
            Proxy = new ProxyDirective
            {
                Generation = new Generation(generation),
                Target = target,
                EnabledProxies = [P1],
            },
        };

    /// <summary>Instance i1 is the primary, i2 and i3 are its standbys.</summary>
    public static ClusterData Read(InstanceUid? target, long generation)
    {
        var routed = Routed(target, generation);
        var primary = routed.Instances[I1];
        return routed with
        {
            Keepers = Map(Keeper("k1"), Keeper("k2"), Keeper("k3")),
            Instances = Map(
                primary with { Status = primary.Status with { Position = new Lsn(1000) } },
                Standby("i2", "k2", "10.0.0.2"),
                Standby("i3", "k3", "10.0.0.3")),
        };
    }

    public static ClusterData Change(this ClusterData data, InstanceUid uid, Func<Instance, Instance> change) =>
        data with { Instances = data.Instances.With(uid, change(data.Instances[uid])) };

    /// <summary>The sentinel has elected that standby; it is not yet promoted, nor the proxies' target.</summary>
    public static ClusterData Elect(this ClusterData data, InstanceUid uid, long generation)
    {
        var promoted = data.Change(uid, i => i with
        {
            Generation = i.Generation.Next,
            Spec = i.Spec with { Role = InstanceRole.Primary, Follow = null },
        });
        return promoted with
        {
            Cluster = data.Cluster with { Primary = uid },
            Proxy = data.Proxy with { Target = null, Generation = new Generation(generation) },
        };
    }

    private static Instance Standby(string uid, string keeper, string address)
    {
        var instance = Instance(uid, keeper, address);
        return instance with
        {
            Spec = instance.Spec with { Role = InstanceRole.Standby, Follow = new FollowSource.Internal(I1) },
            Status = instance.Status with { Position = new Lsn(1000) },
        };
    }

    private static KeeperRecord Keeper(string uid) => new()
    {
        Uid = new KeeperUid(uid),
        Status = new KeeperStatus { Healthy = true, BootUuid = "boot" },
    };

    private static Instance Instance(string uid, string keeper, string address) => new()
    {
        Uid = new InstanceUid(uid),
        Spec = new InstanceSpec
        {
            Keeper = new KeeperUid(keeper),
            Role = InstanceRole.Primary,
            InitMode = InstanceInitMode.None,
            MaxStandbys = 20,
        },
        Status = new InstanceStatus
        {
            Healthy = true,
            CurrentGeneration = Generation.First,
            ListenAddress = address,
            Port = "5432",
            SystemIdentifier = "7000000000000000001",
            Timeline = new Timeline(1),
        },
    };

    private static ValueMap<KeeperUid, KeeperRecord> Map(params IEnumerable<KeeperRecord> keepers) =>
        keepers.ToValueMap(k => k.Uid, k => k);

    private static ValueMap<InstanceUid, Instance> Map(params IEnumerable<Instance> instances) =>
        instances.ToValueMap(i => i.Uid, i => i);
}
