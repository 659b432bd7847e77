using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>In whose name a keeper reports.</summary>
public static class ReportedInstance
{
    /// <summary>In the name of the instance its data belong to; once that is to be replaced by a copy and its server
    /// has ended, in the name of the one it is to become. With strict access the source lets in only addresses that it
    /// knows, so it has to know this one before there is any data.</summary>
    /// <param name="assigned">Null: none, or not known.</param>
    public static PostgresReport Attribute(PostgresReport report, InstanceState local, Instance? assigned) =>
        assigned is { Spec.InitMode: InstanceInitMode.Resync } next && next.Uid != local.Uid && !report.Healthy
            ? report with { Instance = next.Uid, Generation = Generation.None }
            : report with { Instance = local.Uid, Generation = local.Generation };
}
