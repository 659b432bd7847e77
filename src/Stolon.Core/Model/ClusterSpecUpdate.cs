namespace Stolon.Core.Model;

/// <summary>Which changes of a running cluster's specification are allowed (docs/spec/cluster-specification.md
/// 3).</summary>
public static class ClusterSpecUpdate
{
    /// <summary>The one problem whose text in stolon contains the format's word for a primary.</summary>
    public const string PrimaryToStandby = "cannot update a cluster from primary role to standby role";

    /// <summary>Why <paramref name="updated"/> cannot replace <paramref name="current"/>; null: it can.</summary>
    /// <remarks>The new specification must be valid; both are compared with their defaults filled in.</remarks>
    public static string? FirstProblem(ClusterSpec current, ClusterSpec updated) =>
        Problems(current, updated).FirstOrDefault();

    /// <inheritdoc cref="FirstProblem"/>
    public static IEnumerable<string> Problems(ClusterSpec current, ClusterSpec updated)
    {
        foreach (var problem in ClusterSpecRules.Problems(updated))
        {
            yield return problem;
        }

        var from = ClusterSettings.From(current);
        var to = ClusterSettings.From(updated);
        if (to.InitMode is not null && from.InitMode != to.InitMode)
        {
            yield return "cannot change cluster init mode";
        }

        if (from.Role == ClusterRole.Primary && to.Role == ClusterRole.Standby)
        {
            yield return PrimaryToStandby;
        }
    }
}
