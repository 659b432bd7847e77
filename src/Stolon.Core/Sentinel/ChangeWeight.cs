using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>How much a decision changes the cluster data, in rising order: how soon it must be written.</summary>
public enum ChangeWeight
{
    /// <summary>Nothing at all.</summary>
    None,

    /// <summary>Only when keepers were last healthy: written once a while.</summary>
    Heartbeat,

    /// <summary>Also how far the instances have got: written at the sentinel's interval.</summary>
    Positions,

    /// <summary>Something somebody acts upon: written at once.</summary>
    Material,
}

/// <summary>Weighs the difference between two states of the cluster data.</summary>
public static class ChangeWeights
{
    public static ChangeWeight Of(ClusterData before, ClusterData after)
    {
        if (before == after)
        {
            return ChangeWeight.None;
        }

        var (bare, bareAfter) = (WithoutTimes(before), WithoutTimes(after));
        if (bare == bareAfter)
        {
            return ChangeWeight.Heartbeat;
        }

        return WithoutPositions(bare) == WithoutPositions(bareAfter) ? ChangeWeight.Positions : ChangeWeight.Material;
    }

    private static ClusterData WithoutTimes(ClusterData data) => data with
    {
        ChangeTime = WallTime.Never,
        Cluster = data.Cluster with { ChangeTime = WallTime.Never },
        Proxy = data.Proxy with { ChangeTime = WallTime.Never },
        Instances = data.Instances.Values
            .ToValueMap(i => i.Uid, i => i with { ChangeTime = WallTime.Never }),
        Keepers = data.Keepers.Values.ToValueMap(
            k => k.Uid,
            k => k with { ChangeTime = WallTime.Never, Status = k.Status with { LastHealthyTime = WallTime.Never } }),
    };

    private static ClusterData WithoutPositions(ClusterData data) => data with
    {
        Instances = data.Instances.Values.ToValueMap(
            i => i.Uid,
            i => i with
            {
                Status = i.Status with
                {
                    Position = Lsn.Unknown,
                    ReplayedPosition = Lsn.Unknown,
                    OldestWalFile = null,
                },
            }),
    };
}
