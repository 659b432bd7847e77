using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Which instance follows which (docs/spec/sentinel.md 7.2, 5.3 d and g, and step 6).</summary>
internal static class Followers
{
    /// <summary>Every standby follows the primary. A good one must not be initialised again under this uid.</summary>
    public static DecisionState FollowPrimary(DecisionState state)
    {
        var primary = state.Primary!;
        foreach (var standby in state.Data.Instances.Values.Where(i => i.IsStandbyType && i.Uid != primary.Uid))
        {
            var good = InstanceJudgement.IsGoodStandby(state, standby, primary);
            state = state.WithSpec(standby.Uid, s => PrimaryHandover.Off(s) with
            {
                Role = InstanceRole.Standby,
                Follow = new FollowSource.Internal(primary.Uid),
                Followers = [],
                InitMode = good ? InstanceInitMode.None : s.InitMode,
            });
        }

        return state;
    }

    /// <summary>The primary keeps a replication slot for each instance that follows it.</summary>
    public static DecisionState Apply(DecisionState state)
    {
        if (state.Elected || state.Primary is not { } primary)
        {
            return state;
        }

        var followers = state.Data.Instances.Values
            .Where(i => i.Uid != primary.Uid && i.Spec.Follow == new FollowSource.Internal(primary.Uid))
            .Select(i => i.Uid)
            .ToSortedSet();
        return state.WithSpec(primary.Uid, s => s with { Followers = followers });
    }
}
