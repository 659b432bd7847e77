using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>Decides for which instance a keeper reports.</summary>
public static class ReportedInstance
{
    /// <summary>The report is for the instance that the data belong to. If these data will be replaced by a copy and
    /// the server has ended, it is for the new instance: with strict access a source accepts only the addresses of
    /// known instances, so this instance must be known before it has data.</summary>
    /// <param name="assigned">Null: none, or unknown.</param>
    public static PostgresReport Attribute(PostgresReport report, InstanceState local, Instance? assigned) =>
        assigned is { Spec.InitMode: InstanceInitMode.Resync } next && next.Uid != local.Uid && !report.Healthy
            ? report with { Instance = next.Uid, Generation = Generation.None }
            : report with { Instance = local.Uid, Generation = local.Generation };
}
