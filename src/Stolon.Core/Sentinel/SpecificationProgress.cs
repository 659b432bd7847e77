using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>How far a changed specification has been carried out: from the cluster data to the instances, and from
/// there to each PostgreSQL.</summary>
public static class SpecificationProgress
{
    /// <summary>The keepers that have not carried it out yet, each with its state; empty: all have.</summary>
    public static ValueList<string> Missing(ClusterData data, ValueMap<KeeperUid, KeeperReport> reports)
    {
        var settings = ClusterSettings.From(data.Cluster.Spec);
        return data.Instances.IsEmpty
            ? ["the cluster has no instance yet"]
            : data.Instances.Values
                .Select(i => Missing(settings, i, reports))
                .OfType<string>()
                .ToValueList();
    }

    /// <summary>The keepers' complaints about the settings.</summary>
    public static ValueList<string> Refused(ClusterData data, ValueMap<KeeperUid, KeeperReport> reports) =>
        data.Instances.Values
            .Where(i => reports.ContainsKey(i.Spec.Keeper))
            .SelectMany(i => reports[i.Spec.Keeper].Complaints
                .Where(c => c.Subject is ComplaintSubject.Parameters or ComplaintSubject.Access)
                .Select(c => $"keeper {i.Spec.Keeper}: {c.Text}"))
            .ToValueList();

    /// <summary>The parameters that wait for a restart which must be made by an operator.</summary>
    public static ValueList<string> Pending(ClusterData data, ValueMap<KeeperUid, KeeperReport> reports) =>
        data.Instances.Values
            .Select(i => (i.Spec.Keeper, Names: PendingOf(i, reports)))
            .Where(p => p.Names.Count > 0)
            .Select(p => $"keeper {p.Keeper}: a restart of PostgreSQL is needed for {string.Join(", ", p.Names)}")
            .ToValueList();

    private static string? Missing(
        ClusterSettings settings, Instance instance, ValueMap<KeeperUid, KeeperReport> reports)
    {
        var keeper = instance.Spec.Keeper;
        if (!SettingsPropagation.IsApplied(settings, instance))
        {
            return $"keeper {keeper}: the sentinel has not assigned it the specification yet";
        }

        if (!reports.TryGetValue(keeper, out var report))
        {
            return $"keeper {keeper}: it does not report";
        }

        if (report.Postgres is not { } postgres || postgres.Instance != instance.Uid
            || postgres.Generation < instance.Generation)
        {
            return $"keeper {keeper}: it has not carried out generation {instance.Generation}{Why(report)}";
        }

        return settings.AutomaticPgRestart && PendingOf(instance, reports).Count > 0
            ? $"keeper {keeper}: it has not restarted PostgreSQL yet{Why(report)}"
            : null;
    }

    private static string Why(KeeperReport report) => string.Concat(report.Complaints
        .Where(c => c.Subject is ComplaintSubject.Convergence or ComplaintSubject.Data)
        .Select(c => $": {c.Text}"));

    private static ValueList<string> PendingOf(Instance instance, ValueMap<KeeperUid, KeeperReport> reports) =>
        reports.TryGetValue(instance.Spec.Keeper, out var report) ? report.Postgres?.PendingRestart ?? [] : [];
}
