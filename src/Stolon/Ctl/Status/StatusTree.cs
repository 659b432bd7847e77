using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Ctl.Status;

/// <summary>One line of the tree: the drawing before the keeper's uid, the uid, and whether the keeper has the
/// primary.</summary>
internal sealed record TreeLine(string Drawing, KeeperUid Keeper, bool Primary);

/// <summary>The replication tree, starting with the cluster's primary (docs/spec/stolonctl.md 5).</summary>
internal static class StatusTree
{
    public static ValueList<TreeLine> Of(ClusterData data)
    {
        if (data.Instances.Find(data.Cluster.Primary) is not { } primary)
        {
            return [];
        }

        var lines = new List<TreeLine> { new("", primary.Spec.Keeper, Primary: true) };
        AddFollowers(data, primary, prefix: "", lines, seen: [primary.Uid]);
        return lines.ToValueList();
    }

    /// <param name="seen">Instances that are drawn already: a cycle in the data ends there.</param>
    private static void AddFollowers(
        ClusterData data, Instance instance, string prefix, List<TreeLine> lines, HashSet<InstanceUid> seen)
    {
        var followers = instance.Spec.Followers.Select(uid => data.Instances.Find((InstanceUid?)uid))
            .OfType<Instance>()
            .Where(follower => seen.Add(follower.Uid))
            .ToList();
        foreach (var follower in followers)
        {
            var last = follower == followers[^1];
            lines.Add(new TreeLine(prefix + (last ? "└─" : "├─"), follower.Spec.Keeper, Primary: false));
            AddFollowers(data, follower, prefix + (last ? "  " : "│ "), lines, seen);
        }
    }
}
