using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>On cluster data older than those this keeper has seen, no data are replaced, and no instance is promoted or
/// started as a primary that was not the primary: an old copy of the store names the primary of that time.</summary>
public static class StaleClusterDataRule
{
    /// <summary>Why these cluster data are old, and what to do; null: they are not old, as far as known here.</summary>
    public static string? Complaint(KeeperView view) => Evidence(view) is { } evidence
        ? $"the cluster data are older than those this keeper has seen ({evidence}), as after a restore of an old copy "
            + "of the store: nothing is replaced or promoted here. Restore the newer cluster data (stolonctl "
            + "clusterdata write), or initialize the cluster again: stolonctl init with initMode existing, for the "
            + "keeper with the newest data"
        : null;

    /// <summary>The plan on old cluster data; null: the requested steps change neither data nor role.</summary>
    public static KeeperPlan? Refusal(KeeperView view) =>
        Complaint(view) is { } why && !KeepsRole(view) ? view.Refused(why, ComplaintSubject.Data) : null;

    private static string? Evidence(KeeperView view)
    {
        if (view.Seen is { WentBack: true } seen)
        {
            return $"the proxies' generation is {view.Data.Proxy.Generation}, and this keeper has seen "
                + $"{seen.Proxies} of {seen.ProxiesChanged}";
        }

        return view.Assigned is { } instance
            && instance.Uid == view.Local.Uid
            && instance.Generation.Value < view.Local.Generation.Value
            ? $"instance {instance.Uid} has generation {instance.Generation}, and this keeper has carried out "
                + $"{view.Local.Generation}"
            : null;
    }

    private static bool KeepsRole(KeeperView view) =>
        view.Assigned is { } instance
        && instance.Uid == view.Local.Uid
        && !view.Local.Initializing
        && (instance.Spec.Role == InstanceRole.Primary
            ? view.Observation.Server?.Answers is { InRecovery: false } || WasPrimary(view, instance)
            : view.Observation.Data is { Role: InstanceRole.Standby });

    /// <summary>Its server may be started again: its data are a primary's, no newer cluster data named another primary,
    /// and no instance's timeline shows a promotion since.</summary>
    private static bool WasPrimary(KeeperView view, Instance instance) =>
        view.Observation.Data is { Role: InstanceRole.Primary } data
        && view.Seen?.Primary == instance.Uid
        && view.Data.Instances.Values.All(i => i.Uid == instance.Uid || i.Status.Timeline <= data.Timeline);
}
