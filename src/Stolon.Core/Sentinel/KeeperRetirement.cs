using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Removes keepers that have no instance and have been dead for a long time (docs/spec/sentinel.md 7.2, step
/// 1).</summary>
internal static class KeeperRetirement
{
    public static DecisionState Apply(DecisionState state)
    {
        foreach (var keeper in state.Data.Keepers.Values.Where(k => IsLongDead(state, k)))
        {
            state = (state with { Data = state.Data with { Keepers = state.Data.Keepers.Without(keeper.Uid) } })
                .WithNote(new SentinelNote.KeeperRetired(keeper.Uid, keeper.Status.LastHealthyTime));
        }

        return state;
    }

    /// <summary>The keeper must also be silent on this sentinel's own clock: a jump of the wall clock alone removes no
    /// keeper.</summary>
    private static bool IsLongDead(DecisionState state, KeeperRecord keeper) =>
        !keeper.Status.Healthy
        && !state.ReportingKeepers.Contains(keeper.Uid)
        && state.Data.InstanceOf(keeper.Uid) is null
        && state.View.WallNow.Value - keeper.Status.LastHealthyTime.Value > state.Settings.DeadKeeperRemovalInterval;
}
