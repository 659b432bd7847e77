using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>What is known of a standby whose server does not run: its keeper reads it from the files. So a standby that
/// left the primary's history is recognised without being started.</summary>
internal static class OfflineFacts
{
    /// <summary>Only for standbys, because no election depends on it, and only what is newer than what is known: files
    /// lag behind the server that wrote them.</summary>
    public static InstanceStatus Into(InstanceStatus status, Instance instance, PostgresReport report) =>
        instance.IsStandbyType
        && report.Generation != Generation.None
        && report.Timeline != Timeline.Unknown
        && !string.IsNullOrEmpty(report.SystemIdentifier)
        && (report.Timeline > status.Timeline
            || (report.Timeline == status.Timeline && report.Position >= status.Position))
            ? status with
            {
                SystemIdentifier = report.SystemIdentifier,
                Timeline = report.Timeline,
                Position = report.Position,
                TimelineHistory = report.TimelineHistory,
            }
            : status;
}
