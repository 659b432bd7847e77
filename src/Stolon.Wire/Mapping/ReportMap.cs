using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Wire.Go;
using Stolon.Wire.Json;
using Stolon.Wire.V1;

namespace Stolon.Wire.Mapping;

/// <summary>Converts the reports of keepers, proxies and sentinels.</summary>
internal static class ReportMap
{
    public static KeeperReport ToDomain(this KeeperInfoV1 wire) => new()
    {
        InfoUid = wire.InfoUid ?? "",
        Uid = new KeeperUid(Required(wire.Uid, "uid")),
        Cluster = wire.ClusterUid.NullIfEmpty() is { } cluster ? new ClusterUid(cluster) : null,
        BootUuid = wire.BootUuid.NullIfEmpty(),
        BinaryVersion = wire.PostgresBinaryVersion.ToDomain(),
        Postgres = wire.PostgresState?.ToDomain(),
        EligibleAsPrimary = wire.CanBeMaster,
        EligibleAsSynchronousStandby = wire.CanBeSynchronousReplica,
        Number = wire.Number ?? 0,
        Complaints = wire.Complaints.ToDomain(),
        Holds = wire.Holds.ToDomain(),
    };

    public static KeeperInfoV1 ToWire(this KeeperReport report) => new()
    {
        InfoUid = report.InfoUid.NullIfEmpty(),
        Uid = report.Uid.Value,
        ClusterUid = report.Cluster?.Value.NullIfEmpty(),
        BootUuid = report.BootUuid.NullIfEmpty(),
        PostgresBinaryVersion = report.BinaryVersion.ToWire(),
        PostgresState = report.Postgres?.ToWire(),
        CanBeMaster = report.EligibleAsPrimary,
        CanBeSynchronousReplica = report.EligibleAsSynchronousStandby,
        Number = report.Number.NullIfZero(),
        Complaints = report.Complaints.ToWire(),
        Holds = report.Holds.ToWire(),
    };

    public static ProxyReport ToDomain(this ProxyInfoV1 wire) => new()
    {
        InfoUid = wire.InfoUid ?? "",
        Uid = new ProxyUid(Required(wire.Uid, "UID")),
        Generation = new Generation(wire.Generation ?? 0),
        ProxyTimeout = GoDuration.FromNanoseconds(wire.ProxyTimeout ?? 0),
    };

    public static ProxyInfoV1 ToWire(this ProxyReport report) => new()
    {
        InfoUid = report.InfoUid.NullIfEmpty(),
        Uid = report.Uid.Value,
        Generation = report.Generation.Value,
        ProxyTimeout = GoDuration.ToNanoseconds(report.ProxyTimeout),
    };

    public static SentinelReport ToDomain(this SentinelInfoV1 wire) =>
        new(new SentinelUid(Required(wire.Uid, "UID")));

    public static SentinelInfoV1 ToWire(this SentinelReport report) => new() { Uid = report.Uid.Value };

    public static PostgresVersion ToDomain(this PostgresBinaryVersionV1? wire) => new(wire?.Maj ?? 0, wire?.Min ?? 0);

    public static PostgresBinaryVersionV1 ToWire(this PostgresVersion version) =>
        new() { Maj = version.Major, Min = version.Minor };

    private static string Required(string? uid, string path) =>
        uid.NullIfEmpty() ?? throw new WireValueException("missing", path);
}
