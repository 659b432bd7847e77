using Stolon.Core.Model;

namespace Stolon.Wire.Mapping;

/// <summary>The words of the format's enumerations.</summary>
internal static class WireNames
{
    public static IReadOnlyList<(string Word, ClusterPhase Value)> Phase { get; } =
        [("initializing", ClusterPhase.Initializing), ("normal", ClusterPhase.Normal)];

    public static IReadOnlyList<(string Word, ClusterInitMode Value)> ClusterInitMode { get; } =
    [
        ("new", Core.Model.ClusterInitMode.New),
        ("existing", Core.Model.ClusterInitMode.Existing),
        ("pitr", Core.Model.ClusterInitMode.PointInTimeRecovery),
    ];

    public static IReadOnlyList<(string Word, ClusterRole Value)> ClusterRole { get; } =
        [("master", Core.Model.ClusterRole.Primary), ("standby", Core.Model.ClusterRole.Standby)];

    public static IReadOnlyList<(string Word, ReplicationAccess Value)> ReplicationAccess { get; } =
        [("all", Core.Model.ReplicationAccess.All), ("strict", Core.Model.ReplicationAccess.Strict)];

    public static IReadOnlyList<(string Word, InstanceInitMode Value)> InstanceInitMode { get; } =
    [
        ("none", Core.Model.InstanceInitMode.None),
        ("existing", Core.Model.InstanceInitMode.Existing),
        ("new", Core.Model.InstanceInitMode.New),
        ("pitr", Core.Model.InstanceInitMode.PointInTimeRecovery),
        ("resync", Core.Model.InstanceInitMode.Resync),
    ];

    public static IReadOnlyList<(string Word, ComplaintSubject Value)> Complaint { get; } =
    [
        ("observation", ComplaintSubject.Observation),
        ("convergence", ComplaintSubject.Convergence),
        ("parameters", ComplaintSubject.Parameters),
        ("access", ComplaintSubject.Access),
        ("replication", ComplaintSubject.Replication),
        ("storage", ComplaintSubject.Storage),
        ("data", ComplaintSubject.Data),
        ("identity", ComplaintSubject.Identity),
        ("command", ComplaintSubject.Command),
    ];

    public static IReadOnlyList<(string Word, InstanceRole Value)> InstanceRole { get; } =
        [("master", Core.Model.InstanceRole.Primary), ("standby", Core.Model.InstanceRole.Standby)];
}
