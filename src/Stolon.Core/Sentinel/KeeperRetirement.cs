using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Forgets keepers that have no instance and have been dead for long (sentinel.md 7.2, step 1).</summary>
internal static class KeeperRetirement
{
    public static Pass Apply(Pass pass)
    {
        foreach (var keeper in pass.Data.Keepers.Values.Where(k => IsLongDead(pass, k)))
        {
            pass = (pass with { Data = pass.Data with { Keepers = pass.Data.Keepers.Without(keeper.Uid) } })
                .Noting(new SentinelNote.KeeperRetired(keeper.Uid, keeper.Status.LastHealthyTime));
        }

        return pass;
    }

    /// <summary>Also by this sentinel's own clock: a jump of the wall clock alone retires nobody.</summary>
    private static bool IsLongDead(Pass pass, KeeperRecord keeper) =>
        !keeper.Status.Healthy
        && !pass.HeardKeepers.Contains(keeper.Uid)
        && pass.Data.InstanceOf(keeper.Uid) is null
        && pass.View.WallNow.Value - keeper.Status.LastHealthyTime.Value > pass.Settings.DeadKeeperRemovalInterval;
}
