using Stolon.Core.Model;
using Stolon.Core.Postgres;

namespace Stolon.Core.Sentinel;

/// <summary>Removes instances whose data is of no more use; their keepers become free for new standbys (sentinel.md
/// 7.2, 5.3 a to c).</summary>
internal static class StandbyRetirement
{
    /// <summary>How many reporting intervals a standby must stand still before its missing WAL counts (sentinel.md
    /// 9).</summary>
    private const int StandstillIntervals = 10;

    public static Pass Apply(Pass pass)
    {
        var primary = pass.Primary!;
        foreach (var instance in pass.Data.Instances.Values.Where(i => i.Uid != primary.Uid))
        {
            if (Reason(pass, instance, primary) is { } why)
            {
                pass = pass.WithoutInstance(instance.Uid)
                    .Noting(new SentinelNote.InstanceRemoved(instance.Uid, instance.Spec.Keeper, why));
            }
        }

        return pass;
    }

    private static string? Reason(Pass pass, Instance instance, Instance primary)
    {
        if (instance.IsPrimaryType)
        {
            return "it is a primary that was replaced";
        }

        if (InstanceJudgement.ValidityOf(instance, primary) == Validity.Invalid)
        {
            return "its history is not the primary's";
        }

        return CanSync(pass, instance, primary) ? null : "the primary no longer has the WAL it needs";
    }

    /// <summary>By time instead of by number of checks: checks come whenever something happens.</summary>
    private static bool CanSync(Pass pass, Instance instance, Instance primary)
    {
        var standsStill = pass.Memory.Positions.TryGetValue(instance.Uid, out var stood)
            && pass.View.Now - stood.Since > StandstillIntervals * pass.Settings.SleepInterval;
        return !standsStill
            || !instance.IsStandbyType
            || instance.Generation == Generation.First
            || !instance.Status.Healthy
            || instance.Status.Position == primary.Status.Position
            || WalFileName.CanSync(instance.Status.Position, primary.Status.OldestWalFile);
    }
}
