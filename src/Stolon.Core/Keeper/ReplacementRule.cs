using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>Decides whether the data directory may be replaced. Complete data of another cluster may not, unless an
/// operator has consented for this cluster; then they are moved aside, not deleted.</summary>
/// <remarks>This rule must be safe alone. Cluster data may come from a sentinel that found an empty store, from the
/// original's programs, from an old copy, or from another cluster.</remarks>
public static class ReplacementRule
{
    /// <summary>The complete data in the directory; null: there are none, or they are incomplete.</summary>
    /// <param name="cluster">The cluster in the keeper's file, for data of older versions that did not record
    /// one.</param>
    public static HeldData? Held(DataDirectoryObservation? data, InstanceState local, ClusterUid? cluster) =>
        data is null
        ? null
        : IntactData(local, cluster) is { } held
            ? held with
            {
                SystemIdentifier = data.SystemIdentifier,
                Timeline = data.Timeline,
                Position = data.Reached,
            }
            : null;

    /// <inheritdoc cref="Held(DataDirectoryObservation,InstanceState,ClusterUid?)"/>
    /// <param name="report">The report of a healthy server.</param>
    public static HeldData? Held(PostgresReport report, InstanceState local, ClusterUid? cluster) =>
        IntactData(local, cluster) is { } held
            ? held with
            {
                SystemIdentifier = report.SystemIdentifier,
                Timeline = report.Timeline,
                Position = report.Position,
            }
            : null;

    private static HeldData? IntactData(InstanceState local, ClusterUid? cluster) => local.Initializing
        ? null
        : new HeldData { Instance = local.Uid, Cluster = local.Uid is null ? null : local.Cluster ?? cluster };

    /// <summary>The complete data of another cluster; null: the data, if any, are of this one.</summary>
    public static HeldData? ForeignData(KeeperView view) =>
        Held(view.Observation.Data, view.Local, view.KnownCluster) is { } held
            && !IsOfThisCluster(view, held) ? held : null;

    /// <summary>Why the data must not be replaced, and what to do; null: they may be replaced.</summary>
    public static string? WhyForbidden(KeeperView view) =>
        ForeignData(view) is { } held && view.Data.Cluster.Consent?.Covers(held) != true
            ? $"the data directory holds {held}, not of this cluster {view.Data.Cluster.Uid}, and no operator has "
                + "agreed to give it up: nothing of it is erased, rewound or overwritten. If this keeper was started "
                + "with a wrong --cluster-name or --store-prefix, start it with the right one; if the store was lost, "
                + "restore its newest cluster data, or make these data the cluster's with stolonctl init "
                + $$$"""'{"initMode":"existing","existingConfig":{"keeperUID":"{{{view.Self}}}"}}'; if they """
                + "are not needed, answer yes to stolonctl init, or stop this keeper and move its postgres "
                + "directory away"
            : null;

    /// <summary>Data without a recorded cluster belong to this one if it knows their instance, or has the same system
    /// identifier.</summary>
    private static bool IsOfThisCluster(KeeperView view, HeldData held)
    {
        if (view.Local is { Uid: not null, Cluster: { } noted })
        {
            return noted == view.Data.Cluster.Uid;
        }

        if (held.Instance is { } instance && view.Data.Instances.ContainsKey(instance))
        {
            return true;
        }

        var identifiers = view.Data.Instances.Values
            .Select(i => i.Status.SystemIdentifier)
            .Where(i => !string.IsNullOrEmpty(i))
            .ToList();
        return string.IsNullOrEmpty(held.SystemIdentifier)
            ? held.Cluster == view.Data.Cluster.Uid && identifiers.Count > 0
            : identifiers.Contains(held.SystemIdentifier);
    }

    /// <summary>Before another cluster's uid is saved, record the owner of data that have none recorded.</summary>
    internal static KeeperStep[] SaveOwner(KeeperView view) =>
        view is { KnownCluster: { } known, Local: { Uid: not null, Cluster: null } }
            ? [new KeeperStep.SaveInstance(view.Local with { Cluster = known })]
            : [];

    /// <summary>The steps to an empty directory, marked as initializing for the instance. Data of another cluster are
    /// moved away before that, because they must not be marked as incomplete.</summary>
    /// <remarks>Only if <see cref="WhyForbidden"/> is null.</remarks>
    internal static KeeperStep[] Clear(KeeperView view, Instance instance, string why)
    {
        var note = new KeeperStep.SaveInstance(view.InitializingState(instance));
        return ForeignData(view) is { } held
            ? [.. view.StopIfRunning(), new KeeperStep.SetAside($"it holds {held}, and {why}"), note]
            : [note, .. view.StopIfRunning(), .. view.EraseIfPresent(why)];
    }
}
