using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;

namespace Stolon.Agents.Sentinel;

/// <summary>Logs the leader's decisions and troubles when they begin; warnings, errors and troubles also again every
/// five minutes while they last.</summary>
internal sealed class DecisionLog(TimeProvider time, ILogger logger)
{
    private readonly LogOnce<SentinelNote, bool> _notes = new(time, LogOnce.RepeatInterval);
    private readonly LogOnce<string, Trouble> _troubles = new(time, LogOnce.RepeatInterval);
    private Dictionary<SentinelNote, WallTime> _noteSince = [];

    /// <summary>Another sentinel leads, and logs.</summary>
    public void Reset()
    {
        _noteSince = [];
        _notes.EndWhere(_ => true);
        _troubles.EndWhere(_ => true);
    }

    public void Log(SentinelDecision decision)
    {
        var now = new WallTime(time.GetUtcNow());
        _noteSince = decision.Notes.Distinct().ToDictionary(n => n, n => _noteSince.GetValueOrDefault(n, now));
        _notes.EndWhere(n => !_noteSince.ContainsKey(n));
        foreach (var (note, since) in _noteSince)
        {
            Log(note, since);
        }

        var troubles = Troubles(decision.Data).ToDictionary(t => t.Of, t => t.Trouble);
        _troubles.EndWhere(of => !troubles.ContainsKey(of));
        foreach (var (of, trouble) in troubles)
        {
            Log(of, trouble);
        }
    }

    private void Log(SentinelNote note, WallTime since)
    {
        switch (_notes.Next(note, true))
        {
            case LogTurn.First:
                SentinelLog.Note(logger, note);
                break;
            case LogTurn.Again when note.Severity >= NoteSeverity.Warning:
                SentinelLog.StillSo(logger, note, since);
                break;
        }
    }

    private void Log(string of, Trouble trouble)
    {
        switch (_troubles.Next(of, trouble))
        {
            case LogTurn.First:
                SentinelLog.Troubled(logger, of, trouble.Reason);
                break;
            case LogTurn.Again:
                SentinelLog.StillTroubled(logger, trouble.Since, of, trouble.Reason);
                break;
        }
    }

    /// <summary>Why keepers, instances or the cluster are unhealthy, which no note contains. An instance repeats its
    /// keeper's trouble, so it is left out when the keeper has one.</summary>
    private static IEnumerable<(string Of, Trouble Trouble)> Troubles(ClusterData data)
    {
        var keepers = data.Keepers.Values.Where(k => k.Status is { Contested: false, Trouble: not null })
            .Select(k => ($"keeper {k.Uid}", k.Status.Trouble!));
        var instances = data.Instances.Values
            .Where(i => i.Status.Trouble is not null
                && data.Keepers.Find<KeeperUid, KeeperRecord>(i.Spec.Keeper) is not { Status.Trouble: not null })
            .Select(i => ($"instance {i.Uid} on {i.Spec.Keeper}", i.Status.Trouble!));
        return data.Cluster.Trouble is { } trouble
            ? keepers.Concat(instances).Append(("the cluster", trouble))
            : keepers.Concat(instances);
    }
}
