using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>An instance whose keeper cannot observe it: a rejected password, no free connection slot, a missing socket.
/// That is a problem of the keeper, and shows neither that the server is healthy nor that it has failed.</summary>
/// <remarks>What counts is present evidence that the server serves: the keeper's own (a new connection was answered
/// and, if a query hung, a test write did not hang), or a standby that streams from it. Without evidence the instance
/// fails after failInterval, like any that does not answer. With evidence it stays, because another instance in its
/// place would have the same roles and passwords.</remarks>
internal static class UnobservedInstance
{
    /// <summary>Only an instance that was healthy is kept.</summary>
    public static bool Serves(DecisionState state, Instance instance, PostgresReport report) =>
        report is { Healthy: false, Stopped: false, Obstacle: not null }
        && instance.Status.Healthy
        && (report.Serves || IsStreamedFrom(state, report));

    /// <summary>Its last known position and standbys stay, and its failure time does not run.</summary>
    public static DecisionState Keep(DecisionState state, Instance instance, PostgresReport report) => state
        .WithNote(new SentinelNote.InstanceUnobserved(instance.Uid, instance.Spec.Keeper, report.Obstacle!)) with
    {
        Unobserved = state.Unobserved.Add(instance.Uid),
        Memory = state.Memory with { InstanceFailingSince = state.Memory.InstanceFailingSince.Without(instance.Uid) },
    };

    /// <summary>It is not replaced for a generation that its keeper cannot carry out. A primary without clients can be
    /// replaced.</summary>
    public static bool IsKept(DecisionState state, Instance instance) =>
        state.Unobserved.Contains(instance.Uid)
        && (instance.Uid != state.Data.Cluster.Primary || instance.Uid == state.Data.Proxy.Target);

    private static bool IsStreamedFrom(DecisionState state, PostgresReport report) => state.ReportingKeepers.Any(
        keeper => state.View.Keepers[keeper].Postgres is { Healthy: true, StreamsFrom: { } source }
            && source == $"{report.ListenAddress}:{report.Port}");
}
