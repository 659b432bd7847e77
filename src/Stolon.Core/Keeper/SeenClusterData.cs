using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>The newest cluster data that a keeper has seen. It detects that an old copy of the store was
/// restored.</summary>
/// <remarks>The generation of the proxy directive only rises, and each one is written once. So the number and its time
/// identify a version of the cluster data.</remarks>
/// <param name="Proxies">The highest generation of the proxy directive.</param>
/// <param name="ProxiesChanged">When that generation was written, on the sentinel's wall clock.</param>
public sealed record SeenClusterData(ClusterUid Cluster, Generation Proxies, WallTime ProxiesChanged)
{
    /// <summary>Older cluster data came after these. This stays true, however many generations are written to the old
    /// copy, until the newer data are restored or another cluster begins.</summary>
    public bool WentBack { get; init; }

    /// <summary>The primary in the newest cluster data; null: none, or not recorded by an older version.</summary>
    public InstanceUid? Primary { get; init; }

    /// <summary>The state after these cluster data were read.</summary>
    /// <param name="before">Null: none.</param>
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
