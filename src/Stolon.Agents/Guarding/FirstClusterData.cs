using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;

namespace Stolon.Agents.Guarding;

/// <summary>Whether a sentinel may begin a cluster by itself: an empty store with keepers that hold data is more likely
/// a store that was lost, or a wrong one.</summary>
internal sealed class FirstClusterData(TimeProvider time, ILogger logger)
{
    /// <summary>As often as keepers repeat what they complain of.</summary>
    private static readonly TimeSpan RepeatedEvery = TimeSpan.FromMinutes(5);

    private string? _told;
    private long _toldAt;

    /// <returns>True: it may not, and the reason is in the log.</returns>
    public bool Forbid(ValueMap<KeeperUid, KeeperReport> keepers, ClusterSpec spec)
    {
        var held = DataAtRisk.BeforeCluster(keepers, spec);
        if (!held.IsEmpty)
        {
            Tell(string.Join(", ", held.Select(h => $"keeper {h.Key} holds {h.Value}")), DataAtRisk.Advice(held));
            return true;
        }

        // Of a cluster once, and has not looked at its data yet: it will say in a moment.
        return keepers.Values.Any(k => k is { Cluster: not null, Postgres: null });
    }

    private void Tell(string held, string advice)
    {
        if (_told is { } told && Wording.SameButNumbers(told, held) && time.GetElapsedTime(_toldAt) < RepeatedEvery)
        {
            return;
        }

        (_told, _toldAt) = (held, time.GetTimestamp());
        SentinelLog.DataAtRisk(logger, held, advice);
    }
}
