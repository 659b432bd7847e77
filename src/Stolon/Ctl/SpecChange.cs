using Stolon.Core.Model;
using Stolon.Hosting;
using Stolon.Wire;

namespace Stolon.Ctl;

/// <summary>Puts a new specification into the cluster data, by the rules (cluster-spec.md 3).</summary>
internal static class SpecChange
{
    /// <summary>Nothing but the specification changes; the leading sentinel carries it into the instances.</summary>
    /// <exception cref="FatalException">Not allowed; all reasons in one line, the original's first.</exception>
    public static ClusterData Apply(ClusterData data, ClusterSpec wanted)
    {
        var problems = ClusterSpecUpdate.Problems(data.Cluster.Spec, wanted)
            .Select(problem => problem == ClusterSpecUpdate.PrimaryToStandby ? OriginalTexts.PrimaryToStandby : problem)
            .ToList();
        return problems.Count == 0
            ? data with { Cluster = data.Cluster with { Spec = wanted } }
            : throw new FatalException("Cannot update cluster spec: " + string.Join("; ", problems));
    }
}
