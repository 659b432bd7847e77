using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Wire.V1;

namespace Stolon.Wire.Mapping;

/// <summary>Converts the data on keepers and the consent to replace data.</summary>
internal static class HeldDataMap
{
    public static HeldData? ToDomain(this HeldDataV1? wire) => wire is null ? null : new HeldData
    {
        Cluster = wire.ClusterUid.NullIfEmpty() is { } cluster ? new ClusterUid(cluster) : null,
        Instance = wire.Uid.NullIfEmpty() is { } uid ? new InstanceUid(uid) : null,
        SystemIdentifier = wire.SystemId.NullIfEmpty(),
        Timeline = new Timeline(wire.TimelineId ?? 0),
        Position = new Lsn(wire.XLogPos ?? 0),
    };

    public static HeldDataV1? ToWire(this HeldData? held) => held is null ? null : new HeldDataV1
    {
        ClusterUid = held.Cluster?.Value.NullIfEmpty(),
        Uid = held.Instance?.Value.NullIfEmpty(),
        SystemId = held.SystemIdentifier.NullIfEmpty(),
        TimelineId = held.Timeline.Value.NullIfZero(),
        XLogPos = held.Position.Value.NullIfZero(),
    };

    public static OverwriteConsent? ToDomain(this OverwriteConsentV1? wire) => wire is null ? null : new()
    {
        Given = wire.Given ?? WallTime.Never,
        Any = wire.Any ?? false,
        Clusters = (wire.ClusterUids ?? []).OfType<string>().Select(c => new ClusterUid(c)).ToSortedSet(),
        SystemIdentifiers = (wire.SystemIds ?? []).OfType<string>().ToSortedSet(),
    };

    public static OverwriteConsentV1? ToWire(this OverwriteConsent? consent) => consent is null ? null : new()
    {
        Given = consent.Given,
        Any = consent.Any.NullIfFalse(),
        ClusterUids = consent.Clusters.IsEmpty ? null : [.. consent.Clusters.Select(c => c.Value)],
        SystemIds = consent.SystemIdentifiers.IsEmpty ? null : [.. consent.SystemIdentifiers],
    };
}
