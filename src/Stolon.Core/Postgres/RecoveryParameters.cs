using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Postgres;

/// <summary>Recovery settings as PostgreSQL parameters (docs/spec/cluster-specification.md 1, docs/spec/keeper.md
/// 6.5).</summary>
public static class RecoveryParameters
{
    /// <summary>The parameters for these settings; null: that object is absent.</summary>
    public static ValueMap<string, string> For(
        StandbySettings? standby, ArchiveRecoverySettings? archive, RecoveryTargetSettings? target)
    {
        var parameters = ValueMap<string, string>.Empty;
        foreach (var (name, value) in OfStandby(standby).Concat(OfTarget(target)))
        {
            if (!string.IsNullOrEmpty(value))
            {
                parameters = parameters.With(name, value);
            }
        }

        // An archive object without a command is written as an empty command: docs/spec/cluster-specification.md 1.
        return archive is null ? parameters : parameters.With("restore_command", archive.RestoreCommand ?? "");
    }

    /// <summary>The settings of an instance that follows another one of its cluster.</summary>
    public static StandbySettings Following(ConnectionInfo source, InstanceUid self) => new()
    {
        PrimaryConnInfo = source.Format(),
        PrimarySlotName = ReplicationSlotName.Of(self),
    };

    private static IEnumerable<(string Name, string? Value)> OfStandby(StandbySettings? settings) =>
    [
        ("primary_conninfo", settings?.PrimaryConnInfo),
        ("primary_slot_name", settings?.PrimarySlotName),
        ("recovery_min_apply_delay", settings?.RecoveryMinApplyDelay),
    ];

    private static IEnumerable<(string Name, string? Value)> OfTarget(RecoveryTargetSettings? settings) =>
        settings is null
            ? [("recovery_target_timeline", "latest")]
            :
            [
                ("recovery_target", settings.Target),
                ("recovery_target_lsn", settings.TargetLsn),
                ("recovery_target_name", settings.TargetName),
                ("recovery_target_time", settings.TargetTime),
                ("recovery_target_xid", settings.TargetXid),
                ("recovery_target_timeline", settings.TargetTimeline),
                ("recovery_target_action", "promote"),
            ];
}
