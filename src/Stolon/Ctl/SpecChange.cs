using Stolon.Core.Model;
using Stolon.Hosting;
using Stolon.Wire;

namespace Stolon.Ctl;

/// <summary>Changes the specification in the cluster data, by the rules of docs/spec/cluster-specification.md
/// 3.</summary>
internal static class SpecChange
{
    /// <summary>Changes only the specification; the leading sentinel applies it to the instances.</summary>
    /// <exception cref="FatalException">Not allowed; one line has all reasons, the original's first.</exception>
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
