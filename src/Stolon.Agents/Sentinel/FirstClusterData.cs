using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;

namespace Stolon.Agents.Sentinel;

/// <summary>Decides whether a sentinel may create a cluster. An empty store with keepers that hold data is probably a
/// lost store, or the wrong one.</summary>
internal sealed class FirstClusterData(TimeProvider time, ILogger logger)
{
    /// <summary>The reporting interval of keepers that have read no other: after this time, every running keeper has
    /// reported.</summary>
    private static readonly TimeSpan ReportWait = TimeSpan.FromSeconds(5);

    private readonly LogOnce _forbidden = new(time, LogOnce.RepeatInterval);
    private long? _emptySince;
    private bool _found;

    /// <summary>The store has cluster data, usable or not. If they are missing later, the store has lost
    /// them.</summary>
    public void Found()
    {
        (_found, _emptySince) = (true, null);
        _forbidden.End();
    }

    /// <returns>False: it may not. The reason is logged, unless the sentinel only waits for reports.</returns>
    public bool Allows(ValueMap<KeeperUid, KeeperReport> keepers, ClusterSpec spec)
    {
        _emptySince ??= time.GetTimestamp();
        var held = DataAtRisk.BeforeCluster(keepers, spec);
        if (!held.IsEmpty)
        {
            var what = string.Join(", ", held.Select(h => $"keeper {h.Key} holds {h.Value}"));
            if (_forbidden.IsDue(MessageComparison.WithoutNumbers(what)))
            {
                SentinelLog.DataAtRisk(logger, what, DataAtRisk.Advice(held));
            }

            return false;
        }

        if (_found)
        {
            if (_forbidden.IsDue())
            {
                SentinelLog.ClusterDataVanished(logger);
            }

            return false;
        }

        // A keeper of a cluster without a PostgreSQL in its report has not inspected its data yet.
        return time.GetElapsedTime(_emptySince.Value) >= ReportWait
            && keepers.Values.All(k => k is not { Cluster: not null, Postgres: null });
    }
}
