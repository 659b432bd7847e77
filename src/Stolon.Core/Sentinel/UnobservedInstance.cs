using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>An instance whose keeper cannot tell how it is: a password refused, no connection slot, a socket gone. That
/// is the keeper's trouble, and neither the server's health nor its death.</summary>
/// <remarks>What counts is evidence of now that the server serves: the keeper's own (a new connection was answered, and
/// where a question hung, a write was not kept waiting), or a standby's that streams from it. Without it the instance
/// fails after failInterval like any that does not answer; with it, it stays for as long as the evidence does, since
/// another one in its place would have the same roles and the same passwords.</remarks>
internal static class UnobservedInstance
{
    /// <summary>Only what was healthy is kept so: an instance that has never been seen well has proved nothing.
    /// </summary>
    public static bool Serves(DecisionState state, Instance instance, PostgresReport report) =>
        report is { Healthy: false, Stopped: false, Obstacle: not null }
        && instance.Status.Healthy
        && (report.Serves || IsStreamedFrom(state, report));

    /// <summary>Its last known position and standbys stay; its clock of failure does not run.</summary>
    public static DecisionState Keep(DecisionState state, Instance instance, PostgresReport report) => state
        .WithNote(new SentinelNote.InstanceUnobserved(instance.Uid, instance.Spec.Keeper, report.Obstacle!)) with
    {
        Unobserved = state.Unobserved.Add(instance.Uid),
        Memory = state.Memory with { InstanceFailingSince = state.Memory.InstanceFailingSince.Without(instance.Uid) },
    };

    /// <summary>It is not replaced for what its keeper cannot carry out. A primary that no client was sent to has
    /// nothing to lose.</summary>
    public static bool IsKept(DecisionState state, Instance instance) =>
        state.Unobserved.Contains(instance.Uid)
        && (instance.Uid != state.Data.Cluster.Primary || instance.Uid == state.Data.Proxy.Target);

    private static bool IsStreamedFrom(DecisionState state, PostgresReport report) => state.ReportingKeepers.Any(
        keeper => state.View.Keepers[keeper].Postgres is { Healthy: true, StreamsFrom: { } source }
            && source == $"{report.ListenAddress}:{report.Port}");
}
