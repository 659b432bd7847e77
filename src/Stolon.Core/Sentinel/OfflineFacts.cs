using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>What is known of a standby whose server does not run: a keeper reads it from the files. One that left the
/// primary's history shows so without ever having been started.</summary>
internal static class OfflineFacts
{
    /// <summary>Only a standby's, for nobody is elected by it, and only what goes beyond what is known: files lag
    /// behind the server that wrote them.</summary>
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
