using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>How far the cluster data had come that a keeper has seen: whoever restores an old copy of the store gives
/// orders that were right then.</summary>
/// <remarks>The generation of the proxies' orders only rises, and each is written once; so its number and its time tell
/// one history of the document from another.</remarks>
/// <param name="Proxies">The highest generation of the proxies' orders.</param>
/// <param name="ProxiesChanged">When that generation was written, by the sentinel's wall clock.</param>
public sealed record SeenClusterData(ClusterUid Cluster, Generation Proxies, WallTime ProxiesChanged)
{
    /// <summary>Older data came after these. It stays so, however many generations are written upon the old copy, until
    /// the ones seen are back or another cluster begins.</summary>
    public bool WentBack { get; init; }

    /// <summary>The primary in the newest of them; null: none, or not noted, by an older version.</summary>
    public InstanceUid? Primary { get; init; }

    /// <summary>What has been seen once these cluster data are.</summary>
    /// <param name="before">Null: nothing.</param>
    public static SeenClusterData Of(SeenClusterData? before, ClusterData data)
    {
        var now = new SeenClusterData(data.Cluster.Uid, data.Proxy.Generation, data.Proxy.ChangeTime)
        {
            Primary = data.Cluster.Primary,
        };
        if (before?.Cluster != now.Cluster)
        {
            return now;
        }

        var order = now.Proxies.Value.CompareTo(before.Proxies.Value);
        return order == 0 && before.ProxiesChanged == now.ProxiesChanged ? now
            : order <= 0 ? before with { WentBack = true }
            : before.WentBack ? before
            : now;
    }
}
