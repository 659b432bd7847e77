using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Why a keeper is not healthy, or soon will not be, for the operator.</summary>
internal static class KeeperTrouble
{
    /// <param name="contest">Null: it is the only one with its uid.</param>
    /// <param name="healthy">Whether it counts as healthy now.</param>
    /// <returns>Null: nothing is wrong.</returns>
    public static Trouble? Of(DecisionState state, KeeperRecord keeper, KeeperContest? contest, bool healthy)
    {
        var (known, now) = (keeper.Status.Trouble, state.View.WallNow);
        if (contest is not null)
        {
            return Trouble.Of(contest.Why, known, now);
        }

        if (keeper.Status.ForceFail)
        {
            return Trouble.Of("it is treated as failed: stolonctl failkeeper", known, now);
        }

        if (SilentFor(state, keeper.Uid) is { } silence)
        {
            return Trouble.Of("it does not report", known, new WallTime(now.Value - silence));
        }

        return healthy ? null
            : known ?? Trouble.Of("it has not reported yet to the present leading sentinel", known, now);
    }

    /// <summary>How long a keeper has not reported, if that is long enough to be shown: more than half of failInterval.
    /// Reports come a little later than once per sleepInterval, so each keeper is late for a moment.</summary>
    /// <returns>Null: it reports.</returns>
    internal static TimeSpan? SilentFor(DecisionState state, KeeperUid keeper) =>
        state.Memory.KeeperFailingSince.TryGetValue(keeper, out var since)
        && state.View.Now - since is var missed && missed > state.Settings.FailInterval / 2
            ? missed + state.Settings.SleepInterval
            : null;
}
