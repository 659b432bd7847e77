using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Which proxies may be forwarding: all that have a report, until it has been stale for twice the proxy's own
/// timeout, within which the proxy has closed everything by itself (sentinel.md 6).</summary>
internal static class ProxyObservation
{
    public static Pass Apply(Pass pass)
    {
        var heard = ValueMap<ProxyUid, Heard>.Empty;
        var active = new List<ProxyUid>();
        foreach (var report in pass.View.Proxies.Values)
        {
            var last = pass.Memory.Proxies.TryGetValue(report.Uid, out var known) && known.InfoUid == report.InfoUid
                ? known
                : new Heard(report.InfoUid, pass.View.Now, Proven: true);
            heard = heard.With(report.Uid, last);
            var presumedDead = last.At + Patience(pass, report);
            if (pass.View.Now <= presumedDead)
            {
                active.Add(report.Uid);
                pass = pass.DueAt(presumedDead + KeeperObservation.Tick);
            }
        }

        return pass with
        {
            Memory = pass.Memory with { Proxies = heard },
            ActiveProxies = active.ToSortedSet(),
        };
    }

    /// <summary>Nobody knows what time limit is in force in a proxy whose report cannot be read; its specification's
    /// may have been changed. So it is given twice as long. One that lives writes again and again, and goes on to hold
    /// up the next primary: that it let go of the last one cannot be told.</summary>
    private static TimeSpan Patience(Pass pass, ProxyReport report) =>
        report.Unreadable ? 4 * pass.Settings.ProxyTimeout : 2 * report.ProxyTimeout;
}
