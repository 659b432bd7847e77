using Stolon.Core.Common;

namespace Stolon.Core.Sentinel;

/// <summary>Takes from everybody's silence the time in which this sentinel could not have heard them: after the store
/// has been away, the first keeper to report again must not make the others look dead (known-limits.md 2).</summary>
/// <remarks>Not from the proxies': they close by their own clocks, whether anybody looks or not.</remarks>
internal static class ObservationGap
{
    public static DecisionState Apply(DecisionState state)
    {
        var (blind, memory) = (state.View.Blind, state.Memory);
        return blind <= TimeSpan.Zero ? state : state with
        {
            Memory = memory with
            {
                Keepers = Later(memory.Keepers, h => h with { At = h.At + blind }),
                Runs = Later(memory.Runs, runs => runs.Later(blind)),
                KeeperFailingSince = Later(memory.KeeperFailingSince, since => since + blind),
                InstanceFailingSince = Later(memory.InstanceFailingSince, since => since + blind),
                Positions = Later(memory.Positions, s => s with { Since = s.Since + blind }),
                Confirmed = Later(memory.Confirmed, s => s with { Since = s.Since + blind }),
                StreamGaps = Later(memory.StreamGaps, g => g with { Since = g.Since + blind }),
                Convergence = Later(memory.Convergence, o => o with { Since = o.Since + blind }),
            },
        };
    }

    private static ValueMap<TKey, TValue> Later<TKey, TValue>(
        ValueMap<TKey, TValue> times, Func<TValue, TValue> shift)
        where TKey : notnull => times.ToValueMap(e => e.Key, e => shift(e.Value));
}
