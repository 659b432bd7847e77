using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Which proxies may be forwarding: all that have a report, until it has been stale for twice the proxy's own
/// timeout. Within one timeout the proxy has closed all connections by itself (docs/spec/sentinel.md 6).</summary>
internal static class ProxyObservation
{
    public static DecisionState Apply(DecisionState state)
    {
        var reported = ValueMap<ProxyUid, Heartbeat>.Empty;
        var active = new List<ProxyUid>();
        foreach (var report in state.View.Proxies.Values)
        {
            var last = state.Memory.Proxies.TryGetValue(report.Uid, out var known) && known.InfoUid == report.InfoUid
                ? known
                : new Heartbeat(report.InfoUid, state.View.Now, Proven: true);
            reported = reported.With(report.Uid, last);
            var presumedDead = last.At + Patience(state, report);
            if (state.View.Now <= presumedDead)
            {
                active.Add(report.Uid);
                state = state.DueAt(presumedDead + KeeperObservation.Epsilon);
            }
        }

        return state with
        {
            Memory = state.Memory with { Proxies = reported },
            ActiveProxies = active.ToSortedSet(),
        };
    }

    /// <summary>If a report cannot be read, the proxy's timeout is unknown, because the specification may have changed
    /// since. Such a proxy gets twice as long. While it keeps writing such reports, it delays the next primary, because
    /// it cannot be known that it has disconnected from the last one.</summary>
    private static TimeSpan Patience(DecisionState state, ProxyReport report) =>
        report.Unreadable ? 4 * state.Settings.ProxyTimeout : 2 * report.ProxyTimeout;
}
