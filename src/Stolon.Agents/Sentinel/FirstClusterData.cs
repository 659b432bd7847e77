using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;

namespace Stolon.Agents.Sentinel;

/// <summary>Whether a sentinel may begin a cluster by itself: an empty store with keepers that hold data is more likely
/// a store that was lost, or a wrong one.</summary>
internal sealed class FirstClusterData(TimeProvider time, ILogger logger)
{
    /// <summary>A keeper's reporting interval as long as it knows no other: whoever is there has said so by
    /// then.</summary>
    private static readonly TimeSpan Listening = TimeSpan.FromSeconds(5);

    /// <summary>As often as keepers repeat what they complain of.</summary>
    private static readonly TimeSpan RepeatedEvery = TimeSpan.FromMinutes(5);

    private long? _emptySince;
    private bool _found;
    private string? _logged;
    private long _toldAt;

    /// <summary>There are cluster data, whatever they are. If they are gone later, the store has lost them.</summary>
    public void Found() => (_found, _emptySince, _logged) = (true, null, null);

    /// <returns>True: it may not, and the reason, unless it passes soon, is in the log.</returns>
    public bool Forbid(ValueMap<KeeperUid, KeeperReport> keepers, ClusterSpec spec)
    {
        _emptySince ??= time.GetTimestamp();
        var held = DataAtRisk.BeforeCluster(keepers, spec);
        if (!held.IsEmpty)
        {
            Log(
                string.Join(", ", held.Select(h => $"keeper {h.Key} holds {h.Value}")),
                what => SentinelLog.DataAtRisk(logger, what, DataAtRisk.Advice(held)));
            return true;
        }

        if (_found)
        {
            Log("", _ => SentinelLog.ClusterDataVanished(logger));
            return true;
        }

        // Of a cluster once, and has not looked at its data yet: it will say in a moment.
        return time.GetElapsedTime(_emptySince.Value) < Listening
            || keepers.Values.Any(k => k is { Cluster: not null, Postgres: null });
    }

    private void Log(string what, Action<string> log)
    {
        if (_logged is { } logged && MessageComparison.EqualIgnoringNumbers(logged, what)
            && time.GetElapsedTime(_toldAt) < RepeatedEvery)
        {
            return;
        }

        (_logged, _toldAt) = (what, time.GetTimestamp());
        log(what);
    }
}
