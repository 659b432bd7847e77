using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>Whether what is in the data directory may be replaced. Whole data of another cluster may not, whoever asks
/// for it, unless an operator has agreed to that for this cluster; then they are moved aside, not deleted.</summary>
/// <remarks>The wall that must hold alone: cluster data may come from a sentinel that found its store empty, from the
/// original's programs, from an old copy, or be another cluster's.</remarks>
public static class ReplacementRule
{
    /// <summary>The whole data in the directory; null: there are none, or what is there was left half-made.</summary>
    /// <param name="cluster">The keeper's, by its file: whose data older versions did not note.</param>
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
    /// <param name="report">A healthy server's own words.</param>
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

    /// <summary>The whole data of another cluster; null: what is there, if anything, is of this one.</summary>
    public static HeldData? ForeignData(KeeperView view) =>
        Held(view.Observation.Data, view.Local, view.KnownCluster) is { } held
            && !IsOfThisCluster(view, held) ? held : null;

    /// <summary>Why the data must stay as they are, and what to do; null: they may be replaced.</summary>
    public static string? WhyForbidden(KeeperView view) =>
        ForeignData(view) is { } held && view.Data.Cluster.Consent?.Covers(held) != true
            ? $"the data directory holds {held}, not of this cluster {view.Data.Cluster.Uid}, and nobody has agreed to "
                + "give it up: nothing of it is erased, rewound or overwritten. If this keeper was started with a "
                + "wrong --cluster-name or --store-prefix, start it with the right one; if the store was lost, restore "
                + "its newest cluster data, or make these data the cluster's by stolonctl init "
                + $$$"""'{"initMode":"existing","existingConfig":{"keeperUID":"{{{view.Self}}}"}}'; if they are """
                + "really not needed, answer yes to stolonctl init, or stop this keeper and move its postgres "
                + "directory away"
            : null;

    /// <summary>Data whose cluster was not noted are taken for this one's if it knows their instance, or has the same
    /// system identifier.</summary>
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

    /// <summary>Before another cluster's uid is noted: whose the data are, which were noted without it.</summary>
    internal static KeeperStep[] SaveOwner(KeeperView view) =>
        view is { KnownCluster: { } known, Local: { Uid: not null, Cluster: null } }
            ? [new KeeperStep.SaveInstance(view.Local with { Cluster = known })]
            : [];

    /// <summary>The steps that leave an empty directory, noted as being made for the instance. Data of another cluster
    /// are moved away first: as long as they are there, they are not marked as half-made.</summary>
    /// <remarks>Only where <see cref="WhyForbidden"/> does not.</remarks>
    internal static KeeperStep[] Clear(KeeperView view, Instance instance, string why)
    {
        var note = new KeeperStep.SaveInstance(view.InitializingState(instance));
        return ForeignData(view) is { } held
            ? [.. view.StopIfRunning(), new KeeperStep.SetAside($"it holds {held}, and {why}"), note]
            : [note, .. view.StopIfRunning(), .. view.EraseIfPresent(why)];
    }
}
