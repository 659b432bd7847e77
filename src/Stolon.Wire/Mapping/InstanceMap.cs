using Stolon.Core.Model;
using Stolon.Wire.Json;
using Stolon.Wire.V1;

namespace Stolon.Wire.Mapping;

/// <summary>Converts instances, the format's "dbs".</summary>
internal static class InstanceMap
{
    public static Instance ToDomain(this InstanceV1 wire, string key)
    {
        var at = $"dbs.{key}";
        var spec = wire.Spec ?? throw new WireValueException("missing", at + ".spec");
        return new Instance
        {
            Uid = new InstanceUid(wire.Uid.NullIfEmpty() ?? key),
            Generation = new Generation(wire.Generation ?? 0),
            ChangeTime = wire.ChangeTime ?? WallTime.Never,
            Spec = spec.ToDomain(at + ".spec."),
            Status = wire.Status?.ToDomain() ?? new InstanceStatus(),
        };
    }

    public static InstanceV1 ToWire(this Instance instance) => new()
    {
        Uid = instance.Uid.Value,
        Generation = instance.Generation.Value.NullIfZero(),
        ChangeTime = instance.ChangeTime,
        Spec = instance.Spec.ToWire(),
        Status = instance.Status.ToWire(),
    };

    private static InstanceSpec ToDomain(this InstanceSpecV1 wire, string at) => new()
    {
        Keeper = new KeeperUid(wire.KeeperUid ?? ""),
        RequestTimeout = wire.RequestTimeout ?? TimeSpan.Zero,
        MaxStandbys = wire.MaxStandbys ?? 0,
        SynchronousReplication = wire.SynchronousReplication ?? false,
        UsePgRewind = wire.UsePgrewind ?? false,
        AdditionalWalSenders = wire.AdditionalWalSenders ?? 0,
        AdditionalReplicationSlots = wire.AdditionalReplicationSlots.ToStrings(),
        InitMode =
        wire.InitMode.NullIfEmpty() is { } mode ? WireNames.InstanceInitMode.Read(mode, at + "initMode") : null,
        NewConfig = wire.NewConfig?.ToDomain(),
        PointInTimeConfig = wire.PitrConfig?.ToDomain(),
        PgParameters = wire.PgParameters.ToStrings(),
        PgHba = wire.PgHba.ToStrings(),
        Role = wire.Role.NullIfEmpty() is { } role ? WireNames.InstanceRole.Read(role, at + "role") : null,
        Follow = wire.FollowConfig?.ToDomain(at + "followConfig."),
        Followers = wire.Followers.ToItems(uid => new InstanceUid(uid)) ?? [],
        IncludePreviousConfig = wire.IncludePreviousConfig ?? false,
        SynchronousStandbys = wire.SynchronousStandbys.ToItems(uid => new InstanceUid(uid)),
        ExternalSynchronousStandbys = wire.ExternalSynchronousStandbys.ToStrings(),
    };

    private static InstanceSpecV1 ToWire(this InstanceSpec spec) => new()
    {
        KeeperUid = spec.Keeper.Value.NullIfEmpty(),
        RequestTimeout = spec.RequestTimeout,
        MaxStandbys = spec.MaxStandbys.NullIfZero(),
        SynchronousReplication = spec.SynchronousReplication.NullIfFalse(),
        UsePgrewind = spec.UsePgRewind.NullIfFalse(),
        AdditionalWalSenders = spec.AdditionalWalSenders,
        AdditionalReplicationSlots = spec.AdditionalReplicationSlots.ToWire(),
        InitMode = spec.InitMode is { } mode ? WireNames.InstanceInitMode.Write(mode) : null,
        NewConfig = spec.NewConfig?.ToWire(),
        PitrConfig = spec.PointInTimeConfig?.ToWire(),
        PgParameters = spec.PgParameters.ToWire(),
        PgHba = spec.PgHba.ToWire(),
        Role = spec.Role is { } role ? WireNames.InstanceRole.Write(role) : null,
        FollowConfig = spec.Follow?.ToWire(),
        Followers = [.. spec.Followers.Select(uid => uid.Value)],
        IncludePreviousConfig = spec.IncludePreviousConfig.NullIfFalse(),
        SynchronousStandbys = spec.SynchronousStandbys.ToWire(uid => uid.Value),
        ExternalSynchronousStandbys = spec.ExternalSynchronousStandbys.ToWire(),
    };

    private static FollowSource ToDomain(this FollowConfigV1 wire, string at) => wire.Type switch
    {
        "internal" => new FollowSource.Internal(new InstanceUid(wire.DbUid ?? "")),
        "external" => new FollowSource.External(
            wire.StandbySettings?.ToDomain(), wire.ArchiveRecoverySettings?.ToDomain()),
        _ => throw new WireValueException($"unknown value \"{wire.Type}\"", at + "type"),
    };

    private static FollowConfigV1 ToWire(this FollowSource source) => source.Match(
        @internal: follow => new FollowConfigV1 { Type = "internal", DbUid = follow.Instance.Value.NullIfEmpty() },
        external: follow => new FollowConfigV1
        {
            Type = "external",
            StandbySettings = follow.Standby?.ToWire(),
            ArchiveRecoverySettings = follow.ArchiveRecovery?.ToWire(),
        });
}
