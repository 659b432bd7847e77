using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Keeps the number of standbys: removes what is too many, gives free keepers new ones (sentinel.md 7.2, 5.3
/// f).</summary>
/// <remarks>Standbys still being cloned count, unless their keepers refuse that. The original leaves them out and
/// starts surplus clones.</remarks>
internal static class StandbyPlacement
{
    public static Pass Apply(Pass pass)
    {
        var primary = pass.Primary!;
        var good = InstanceJudgement.GoodStandbys(pass, primary);
        var limit = pass.Settings.MaxStandbysPerSender;
        if (good.Count >= limit)
        {
            // Nobody is given up for others that may be dying themselves.
            return good.Count(g => InstanceJudgement.IsWell(pass, g)) >= limit
                ? Retire(pass, primary, good, good.Count - limit)
                : pass;
        }

        var coming = pass.Data.Instances.Values.Count(i =>
            i.IsStandbyType
            && InstanceJudgement.ConditionOf(pass, i) == InstanceCondition.Converging
            && !InstanceJudgement.IsRefused(pass, i));
        var unusedUids = pass.View.FreshUids.Count - pass.UsedUids;
        var missing = Math.Clamp(limit - good.Count - coming, 0, unusedUids);
        foreach (var keeper in FreeKeepers(pass).Take(missing))
        {
            pass = Place(pass, keeper, primary);
        }

        return pass;
    }

    private static Pass Retire(Pass pass, Instance primary, ValueList<Instance> good, int surplus)
    {
        var needed = primary.Spec.SynchronousStandbys ?? [];
        var useless = pass.Data.Instances.Values
            .Where(i => i.IsStandbyType && !good.Contains(i) && !needed.Contains(i.Uid))
            .Select(i => (Instance: i, Why: "there are enough good standbys without it"));
        var least = Candidates.MostAdvancedFirst(good).Reverse()
            .Where(i => !needed.Contains(i.Uid))
            .Take(surplus)
            .Select(i => (Instance: i, Why: "there are more standbys than maxStandbysPerSender"));
        foreach (var (instance, why) in useless.Concat(least))
        {
            pass = pass.WithoutInstance(instance.Uid)
                .Noting(new SentinelNote.InstanceRemoved(instance.Uid, instance.Spec.Keeper, why));
        }

        return pass;
    }

    private static IEnumerable<KeeperUid> FreeKeepers(Pass pass) => pass.Data.Keepers.Values
        .Where(k => k.Status.Healthy
            && KeeperObservation.IsPunctual(pass, k.Uid)
            && pass.Data.InstanceOf(k.Uid) is null)
        .OrderBy(k => MustKeepItsData(pass, k.Uid))
        .Select(k => k.Uid);

    /// <summary>Its keeper would refuse to give its data up for a standby's: it comes last.</summary>
    private static bool MustKeepItsData(Pass pass, KeeperUid keeper) =>
        DataAtRisk.In(pass.View.Keepers, pass.Data.Cluster).ContainsKey(keeper);

    private static Pass Place(Pass pass, KeeperUid keeper, Instance primary)
    {
        (pass, var uid) = pass.TakeUid();
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
        return pass.WithInstance(instance).Noting(new SentinelNote.StandbyPlaced(uid, keeper));
    }
}
