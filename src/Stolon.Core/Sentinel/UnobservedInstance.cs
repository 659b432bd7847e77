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
    public static bool Serves(Pass pass, Instance instance, PostgresReport report) =>
        report is { Healthy: false, Stopped: false, Obstacle: not null }
        && instance.Status.Healthy
        && (report.Serves || IsStreamedFrom(pass, report));

    /// <summary>Its last known position and standbys stay; its clock of failure does not run.</summary>
    public static Pass Keep(Pass pass, Instance instance, PostgresReport report) => pass
        .Noting(new SentinelNote.InstanceUnobserved(instance.Uid, instance.Spec.Keeper, report.Obstacle!)) with
    {
        Unobserved = pass.Unobserved.Add(instance.Uid),
        Memory = pass.Memory with { InstanceFailingSince = pass.Memory.InstanceFailingSince.Without(instance.Uid) },
    };

    /// <summary>It is not replaced for what its keeper cannot carry out. A primary that no client was sent to has
    /// nothing to lose.</summary>
    public static bool Stays(Pass pass, Instance instance) =>
        pass.Unobserved.Contains(instance.Uid)
        && (instance.Uid != pass.Data.Cluster.Primary || instance.Uid == pass.Data.Proxy.Target);

    private static bool IsStreamedFrom(Pass pass, PostgresReport report) => pass.HeardKeepers.Any(
        keeper => pass.View.Keepers[keeper].Postgres is { Healthy: true, StreamsFrom: { } source }
            && source == $"{report.ListenAddress}:{report.Port}");
}
