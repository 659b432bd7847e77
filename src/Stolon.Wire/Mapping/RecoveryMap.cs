using Stolon.Core.Model;
using Stolon.Wire.V1;

namespace Stolon.Wire.Mapping;

/// <summary>Converts initialisation and recovery objects, which cluster specifications and instances share.</summary>
internal static class RecoveryMap
{
    public static NewConfig ToDomain(this NewConfigV1 wire) => new()
    {
        Locale = wire.Locale.NullIfEmpty(),
        Encoding = wire.Encoding.NullIfEmpty(),
        DataChecksums = wire.DataChecksums ?? false,
    };

    public static NewConfigV1 ToWire(this NewConfig config) => new()
    {
        Locale = config.Locale.NullIfEmpty(),
        Encoding = config.Encoding.NullIfEmpty(),
        DataChecksums = config.DataChecksums.NullIfFalse(),
    };

    public static PointInTimeConfig ToDomain(this PitrConfigV1 wire) => new()
    {
        DataRestoreCommand = wire.DataRestoreCommand.NullIfEmpty(),
        ArchiveRecovery = wire.ArchiveRecoverySettings?.ToDomain(),
        RecoveryTarget = wire.RecoveryTargetSettings?.ToDomain(),
    };

    public static PitrConfigV1 ToWire(this PointInTimeConfig config) => new()
    {
        DataRestoreCommand = config.DataRestoreCommand.NullIfEmpty(),
        ArchiveRecoverySettings = config.ArchiveRecovery?.ToWire(),
        RecoveryTargetSettings = config.RecoveryTarget?.ToWire(),
    };

    public static ExistingConfig ToDomain(this ExistingConfigV1 wire) =>
        new() { KeeperUid = wire.KeeperUid.NullIfEmpty() };

    public static ExistingConfigV1 ToWire(this ExistingConfig config) =>
        new() { KeeperUid = config.KeeperUid.NullIfEmpty() };

    public static StandbyConfig ToDomain(this StandbyConfigV1 wire) => new()
    {
        Standby = wire.StandbySettings?.ToDomain(),
        ArchiveRecovery = wire.ArchiveRecoverySettings?.ToDomain(),
    };

    public static StandbyConfigV1 ToWire(this StandbyConfig config) => new()
    {
        StandbySettings = config.Standby?.ToWire(),
        ArchiveRecoverySettings = config.ArchiveRecovery?.ToWire(),
    };

    public static StandbySettings ToDomain(this StandbySettingsV1 wire) => new()
    {
        PrimaryConnInfo = wire.PrimaryConninfo.NullIfEmpty(),
        PrimarySlotName = wire.PrimarySlotName.NullIfEmpty(),
        RecoveryMinApplyDelay = wire.RecoveryMinApplyDelay.NullIfEmpty(),
    };

    public static StandbySettingsV1 ToWire(this StandbySettings settings) => new()
    {
        PrimaryConninfo = settings.PrimaryConnInfo.NullIfEmpty(),
        PrimarySlotName = settings.PrimarySlotName.NullIfEmpty(),
        RecoveryMinApplyDelay = settings.RecoveryMinApplyDelay.NullIfEmpty(),
    };

    public static ArchiveRecoverySettings ToDomain(this ArchiveRecoverySettingsV1 wire) =>
        new() { RestoreCommand = wire.RestoreCommand.NullIfEmpty() };

    public static ArchiveRecoverySettingsV1 ToWire(this ArchiveRecoverySettings settings) =>
        new() { RestoreCommand = settings.RestoreCommand.NullIfEmpty() };

    private static RecoveryTargetSettings ToDomain(this RecoveryTargetSettingsV1 wire) => new()
    {
        Target = wire.RecoveryTarget.NullIfEmpty(),
        TargetLsn = wire.RecoveryTargetLsn.NullIfEmpty(),
        TargetName = wire.RecoveryTargetName.NullIfEmpty(),
        TargetTime = wire.RecoveryTargetTime.NullIfEmpty(),
        TargetXid = wire.RecoveryTargetXid.NullIfEmpty(),
        TargetTimeline = wire.RecoveryTargetTimeline.NullIfEmpty(),
    };

    private static RecoveryTargetSettingsV1 ToWire(this RecoveryTargetSettings settings) => new()
    {
        RecoveryTarget = settings.Target.NullIfEmpty(),
        RecoveryTargetLsn = settings.TargetLsn.NullIfEmpty(),
        RecoveryTargetName = settings.TargetName.NullIfEmpty(),
        RecoveryTargetTime = settings.TargetTime.NullIfEmpty(),
        RecoveryTargetXid = settings.TargetXid.NullIfEmpty(),
        RecoveryTargetTimeline = settings.TargetTimeline.NullIfEmpty(),
    };
}
