using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>How much a decision changes the cluster data, in rising order; it determines how soon they are
/// written.</summary>
public enum ChangeWeight
{
    None,

    /// <summary>Only the times at which keepers were last healthy: written from time to time.</summary>
    Heartbeat,

    /// <summary>Also the WAL positions of the instances: written once per sleepInterval.</summary>
    Positions,

    /// <summary>Something that agents act on: written immediately.</summary>
    Material,
}

/// <summary>Classifies the difference between two versions of the cluster data.</summary>
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
