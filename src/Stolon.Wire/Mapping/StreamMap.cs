using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;
using Stolon.Wire.V1;

namespace Stolon.Wire.Mapping;

/// <summary>Converts streams, slots and disks. Entries that cannot be used are skipped.</summary>
internal static class StreamMap
{
    public static ValueList<StandbyStream>? ToDomain(this List<StreamV1?>? wire) => wire?
        .Where(s => !string.IsNullOrEmpty(s?.Uid))
        .Select(s => new StandbyStream(new InstanceUid(s!.Uid!), s.State ?? "", new Lsn(s.FlushPos ?? 0)))
        .ToValueList();

    public static List<StreamV1?>? ToWire(this ValueList<StandbyStream>? streams) => streams is not { } reported
        ? null
        :
        [
            .. reported.Select(s => new StreamV1
            {
                Uid = s.Instance.Value, State = s.State.NullIfEmpty(), FlushPos = s.Flushed.Value.NullIfZero(),
            }),
        ];

    public static ValueList<SlotUse>? ToDomain(this List<SlotV1?>? wire) => wire?
        .Where(s => !string.IsNullOrEmpty(s?.Name))
        .Select(s => new SlotUse(s!.Name!, s.Active ?? false, s.Retained ?? 0, s.WalStatus.NullIfEmpty()))
        .ToValueList();

    public static List<SlotV1?>? ToWire(this ValueList<SlotUse>? slots) => slots is not { } reported
        ? null
        :
        [
            .. reported.Select(s => new SlotV1
            {
                Name = s.Name,
                Active = s.Active.NullIfFalse(),
                Retained = s.RetainedBytes.NullIfZero(),
                WalStatus = s.WalStatus,
            }),
        ];

    public static DiskSpace? ToDomain(this DiskV1? wire) =>
        wire is { Total: > 0 and var total } ? new DiskSpace(total, wire.Free ?? 0) : null;

    public static DiskV1? ToWire(this DiskSpace? disk) =>
        disk is null ? null : new DiskV1 { Total = disk.TotalBytes, Free = disk.FreeBytes };
}
