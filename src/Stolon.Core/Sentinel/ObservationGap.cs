using Stolon.Core.Common;

namespace Stolon.Core.Sentinel;

/// <summary>Subtracts the time in which this sentinel could not observe from all measured silences. After a store
/// outage, the first keeper to report again must not make the others look dead (docs/spec/known-limits.md 2).</summary>
/// <remarks>Proxies are excluded: they close by their own clocks, whether a sentinel observes them or not.</remarks>
internal static class ObservationGap
{
    public static DecisionState Apply(DecisionState state)
    {
        var (gap, memory) = (state.View.ObservationGap, state.Memory);
        return gap <= TimeSpan.Zero ? state : state with
        {
            Memory = memory with
            {
                Keepers = Shift(memory.Keepers, h => h with { At = h.At + gap }),
                Runs = Shift(memory.Runs, runs => runs.ShiftedBy(gap)),
                KeeperFailingSince = Shift(memory.KeeperFailingSince, since => since + gap),
                InstanceFailingSince = Shift(memory.InstanceFailingSince, since => since + gap),
                Positions = Shift(memory.Positions, s => s with { Since = s.Since + gap }),
                Confirmed = Shift(memory.Confirmed, s => s with { Since = s.Since + gap }),
                StreamGaps = Shift(memory.StreamGaps, g => g with { Since = g.Since + gap }),
                Convergence = Shift(memory.Convergence, o => o with { Since = o.Since + gap }),
            },
        };
    }

    private static ValueMap<TKey, TValue> Shift<TKey, TValue>(
        ValueMap<TKey, TValue> times, Func<TValue, TValue> shift)
        where TKey : notnull => times.ToValueMap(e => e.Key, e => shift(e.Value));
}
