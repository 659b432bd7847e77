using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Wire.Go;
using Stolon.Wire.Json;
using Stolon.Wire.V1;

namespace Stolon.Wire.Mapping;

/// <summary>Converts the cluster data.</summary>
internal static class ClusterDataMap
{
    public static ClusterData ToDomain(this ClusterDataV1 wire)
    {
        var cluster = wire.Cluster ?? throw new WireValueException("missing", "cluster");
        return new ClusterData
        {
            ChangeTime = wire.ChangeTime ?? WallTime.Never,
            Cluster = cluster.ToDomain(),
            Keepers = (wire.Keepers ?? []).ToValueMap(
                entry => new KeeperUid(entry.Key),
                entry => Present(entry.Value, "keepers", entry.Key).ToDomain(entry.Key)),
            Instances = (wire.Dbs ?? []).ToValueMap(
                entry => new InstanceUid(entry.Key),
                entry => Present(entry.Value, "dbs", entry.Key).ToDomain(entry.Key)),
            Proxy = wire.Proxy?.ToDomain() ?? new ProxyDirective(),
        };
    }

    public static ClusterDataV1 ToWire(this ClusterData data) => new()
    {
        FormatVersion = WireFormat.Version,
        ChangeTime = data.ChangeTime,
        Cluster = data.Cluster.ToWire(),
        Keepers = data.Keepers.InGoOrder(entry => entry.Key.Value)
            .ToDictionary(entry => entry.Key.Value, entry => (KeeperV1?)entry.Value.ToWire()),
        Dbs = data.Instances.InGoOrder(entry => entry.Key.Value)
            .ToDictionary(entry => entry.Key.Value, entry => (InstanceV1?)entry.Value.ToWire()),
        Proxy = data.Proxy.ToWire(),
    };

    private static Cluster ToDomain(this ClusterV1 wire)
    {
        var spec = wire.Spec ?? throw new WireValueException("missing", "cluster.spec");
        return new Cluster
        {
            Uid = new ClusterUid(wire.Uid ?? ""),
            Generation = new Generation(wire.Generation ?? 0),
            ChangeTime = wire.ChangeTime ?? WallTime.Never,
            Spec = spec.ToDomain("cluster.spec."),
            Phase = wire.Status?.Phase.NullIfEmpty() is { } phase
                ? WireNames.Phase.Read(phase, "cluster.status.phase")
                : null,
            Primary = wire.Status?.Master.NullIfEmpty() is { } uid ? new InstanceUid(uid) : null,
            Consent = wire.OverwriteConsent.ToDomain(),
            Trouble = wire.Status?.Trouble.ToDomain(),
        };
    }

    private static ClusterV1 ToWire(this Cluster cluster) => new()
    {
        Uid = cluster.Uid.Value.NullIfEmpty(),
        Generation = cluster.Generation.Value.NullIfZero(),
        ChangeTime = cluster.ChangeTime,
        Spec = cluster.Spec.ToWire(),
        Status = new ClusterStatusV1
        {
            Phase = cluster.Phase is { } phase ? WireNames.Phase.Write(phase) : null,
            Master = cluster.Primary?.Value.NullIfEmpty(),
            Trouble = cluster.Trouble.ToWire(),
        },
        OverwriteConsent = cluster.Consent.ToWire(),
    };

    private static KeeperRecord ToDomain(this KeeperV1 wire, string key) => new()
    {
        Uid = new KeeperUid(wire.Uid.NullIfEmpty() ?? key),
        Generation = new Generation(wire.Generation ?? 0),
        ChangeTime = wire.ChangeTime ?? WallTime.Never,
        Status = new KeeperStatus
        {
            Healthy = wire.Status?.Healthy ?? false,
            LastHealthyTime = wire.Status?.LastHealthyTime ?? WallTime.Never,
            BootUuid = wire.Status?.BootUuid.NullIfEmpty(),
            BinaryVersion = wire.Status?.PostgresBinaryVersion.ToDomain() ?? PostgresVersion.Unknown,
            ForceFail = wire.Status?.ForceFail ?? false,
            EligibleAsPrimary = wire.Status?.CanBeMaster,
            EligibleAsSynchronousStandby = wire.Status?.CanBeSynchronousReplica,
            Contested = wire.Status?.Contested ?? false,
            Trouble = wire.Status?.Trouble.ToDomain(),
        },
    };

    private static KeeperV1 ToWire(this KeeperRecord keeper) => new()
    {
        Uid = keeper.Uid.Value.NullIfEmpty(),
        Generation = keeper.Generation.Value.NullIfZero(),
        ChangeTime = keeper.ChangeTime,
        Spec = EmptyV1.Instance,
        Status = new KeeperStatusV1
        {
            Healthy = keeper.Status.Healthy.NullIfFalse(),
            LastHealthyTime = keeper.Status.LastHealthyTime,
            BootUuid = keeper.Status.BootUuid.NullIfEmpty(),
            PostgresBinaryVersion = keeper.Status.BinaryVersion.ToWire(),
            ForceFail = keeper.Status.ForceFail.NullIfFalse(),
            CanBeMaster = keeper.Status.EligibleAsPrimary,
            CanBeSynchronousReplica = keeper.Status.EligibleAsSynchronousStandby,
            Contested = keeper.Status.Contested.NullIfFalse(),
            Trouble = keeper.Status.Trouble.ToWire(),
        },
    };

    private static ProxyDirective ToDomain(this ProxyV1 wire) => new()
    {
        Generation = new Generation(wire.Generation ?? 0),
        ChangeTime = wire.ChangeTime ?? WallTime.Never,
        Target = wire.Spec?.MasterDbUid.NullIfEmpty() is { } uid ? new InstanceUid(uid) : null,
        Address = wire.Spec is { MasterAddress: { Length: > 0 } host, MasterPort: { Length: > 0 } port }
            ? new ServerAddress(host, port)
            : null,
        EnabledProxies = wire.Spec?.EnabledProxies.ToItems(proxy => new ProxyUid(proxy)) ?? [],
    };

    private static ProxyV1 ToWire(this ProxyDirective proxy) => new()
    {
        Generation = proxy.Generation.Value.NullIfZero(),
        ChangeTime = proxy.ChangeTime,
        Spec = new ProxySpecV1
        {
            MasterDbUid = proxy.Target?.Value.NullIfEmpty(),
            EnabledProxies = proxy.EnabledProxies.IsEmpty ? null : [.. proxy.EnabledProxies.Select(uid => uid.Value)],
            MasterAddress = proxy.Address?.Host,
            MasterPort = proxy.Address?.Port,
        },
        Status = EmptyV1.Instance,
    };

    private static T Present<T>(T? value, string map, string key)
        where T : class => value ?? throw new WireValueException("missing", $"{map}.{key}");
}
