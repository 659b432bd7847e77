using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Keeps the number of standbys: removes surplus ones, and gives free keepers new ones (docs/spec/sentinel.md
/// 7.2, 5.3 f).</summary>
/// <remarks>Standbys that are being cloned count, unless their keepers refuse. stolon does not count them and starts
/// surplus clones.</remarks>
internal static class StandbyPlacement
{
    public static DecisionState Apply(DecisionState state)
    {
        var primary = state.Primary!;
        var good = InstanceJudgement.GoodStandbys(state, primary);
        var limit = state.Settings.MaxStandbysPerSender;
        if (good.Count >= limit)
        {
            // No standby is removed in favour of others that may be failing themselves.
            return good.Count(g => InstanceJudgement.IsHealthy(state, g)) >= limit
                ? Retire(state, primary, good, good.Count - limit)
                : state;
        }

        var cloning = state.Data.Instances.Values.Count(i =>
            i.IsStandbyType
            && InstanceJudgement.ConditionOf(state, i) == InstanceCondition.Converging
            && !InstanceJudgement.IsRefused(state, i));
        var unusedUids = state.View.FreshUids.Count - state.UsedUids;
        var missing = Math.Clamp(limit - good.Count - cloning, 0, unusedUids);
        foreach (var keeper in FreeKeepers(state).Take(missing))
        {
            state = Place(state, keeper, primary);
        }

        return state;
    }

    private static DecisionState Retire(DecisionState state, Instance primary, ValueList<Instance> good, int excess)
    {
        var needed = primary.Spec.SynchronousStandbys ?? [];
        var redundant = state.Data.Instances.Values
            .Where(i => i.IsStandbyType && !good.Contains(i) && !needed.Contains(i.Uid))
            .Select(i => (Instance: i, Why: "there are enough good standbys without it"));
        var least = Candidates.MostAdvancedFirst(good).Reverse()
            .Where(i => !needed.Contains(i.Uid))
            .Take(excess)
            .Select(i => (Instance: i, Why: "there are more standbys than maxStandbysPerSender"));
        foreach (var (instance, why) in redundant.Concat(least))
        {
            state = state.WithoutInstance(instance.Uid)
                .WithNote(new SentinelNote.InstanceRemoved(instance.Uid, instance.Spec.Keeper, why));
        }

        return state;
    }

    private static IEnumerable<KeeperUid> FreeKeepers(DecisionState state) => state.Data.Keepers.Values
        .Where(k => k.Status.Healthy
            && KeeperObservation.IsPunctual(state, k.Uid)
            && state.Data.InstanceOf(k.Uid) is null)
        .OrderBy(k => MustKeepItsData(state, k.Uid))
        .Select(k => k.Uid);

    /// <summary>Its keeper would refuse to replace its data with a standby's, so it comes last.</summary>
    private static bool MustKeepItsData(DecisionState state, KeeperUid keeper) =>
        DataAtRisk.In(state.View.Keepers, state.Data.Cluster).ContainsKey(keeper);

    private static DecisionState Place(DecisionState state, KeeperUid keeper, Instance primary)
    {
        (state, var uid) = state.TakeUid();
        var instance = new Instance
        {
            Uid = uid,
            Spec = new InstanceSpec
            {
                Keeper = keeper,
                InitMode = InstanceInitMode.Resync,
                Role = InstanceRole.Standby,
                Follow = new FollowSource.Internal(primary.Uid),
            },
        };
        return state.WithInstance(instance).WithNote(new SentinelNote.StandbyPlaced(uid, keeper));
    }
}
