using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Ctl.Discovery;
using Stolon.Store.Consul;

namespace Stolon.Ctl.Tests.Discovery;

/// <summary>Clusters, options and services for tests of the registration.</summary>
internal static class Discovered
{
    public static DiscoveryOptions Options(string name = "main", bool withPrimary = true) => new()
    {
        ServiceName = name,
        WithPrimary = withPrimary,
        PrimaryTags = ["primary", "rw"],
        StandbyTags = ["standby"],
        Interval = TimeSpan.FromSeconds(10),
    };

    public static ClusterData Data(string? primary, params IEnumerable<Instance> instances)
    {
        var data = ClusterData.New(
            new ClusterUid("c"), new ClusterSpec { InitMode = ClusterInitMode.New }, WallTime.Never);
        return data with
        {
            Cluster = data.Cluster with { Primary = primary is null ? null : new InstanceUid(primary) },
            Instances = instances.Aggregate(
                ValueMap<InstanceUid, Instance>.Empty, (all, instance) => all.With(instance.Uid, instance)),
        };
    }

    public static Instance Instance(
        string uid, string? port = "5432", bool healthy = true, string? address = "127.0.0.1") => new()
        {
            Uid = new InstanceUid(uid),
            Spec = new InstanceSpec { Keeper = new KeeperUid($"keeper-{uid}") },
            Status = new InstanceStatus { Healthy = healthy, ListenAddress = address, Port = port },
        };

    public static ConsulService Service(string id, int port = 5432, params string[] tags) => new()
    {
        Id = id,
        Name = "main",
        Address = "127.0.0.1",
        PortNumber = port,
        Tags = [.. tags],
    };

    public static ConsulRegistration Own(ConsulService service) => new(service, Node: null);

    public static ConsulRegistration Elsewhere(ConsulService service) => new(service, "other-host");
}
