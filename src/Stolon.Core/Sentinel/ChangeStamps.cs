using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Raises generations and sets times: an instance whose specification changed gets the next generation, and
/// everything that differs from what was read gets the present time (docs/spec/sentinel.md 7.3,
/// docs/spec/cluster-data.md 6).</summary>
internal static class ChangeStamps
{
    public static DecisionState Apply(DecisionState state)
    {
        var (read, now) = (state.View.Data, state.View.WallNow);
        var data = state.Data with
        {
            Instances = state.Data.Instances.Values
                .Select(i => Stamp(read.Instances.Find<InstanceUid, Instance>(i.Uid), Count(read, i), now))
                .ToValueMap(i => i.Uid, i => i),
            Keepers = state.Data.Keepers.Values
                .Select(k => read.Keepers.Find<KeeperUid, KeeperRecord>(k.Uid) == k ? k : k with { ChangeTime = now })
                .ToValueMap(k => k.Uid, k => k),
            Cluster = state.Data.Cluster == read.Cluster ? read.Cluster : state.Data.Cluster with { ChangeTime = now },
            Proxy = state.Data.Proxy == read.Proxy ? read.Proxy : state.Data.Proxy with { ChangeTime = now },
        };
        return state with { Data = data == read ? read : data with { ChangeTime = now } };
    }

    private static Instance Count(ClusterData read, Instance instance) =>
        read.Instances.TryGetValue(instance.Uid, out var before) && before.Spec != instance.Spec
            ? instance with { Generation = before.Generation.Next }
            : instance;

    private static Instance Stamp(Instance? before, Instance instance, WallTime now) =>
        before == instance ? instance : instance with { ChangeTime = now };
}
