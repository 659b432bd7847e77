using Microsoft.Extensions.Logging;
using Stolon.Core.Common;
using Stolon.Core.Model;
using Stolon.Core.Sentinel;

namespace Stolon.Agents.Sentinel;

/// <summary>Tells the log what the leader decides and what is wrong: once when it begins, and what is wrong again and
/// again while it lasts.</summary>
internal sealed class DecisionLog(TimeProvider time, ILogger logger)
{
    /// <summary>Often enough for whoever looks at the end of a log, seldom enough not to fill it.</summary>
    private static readonly TimeSpan RepeatedEvery = TimeSpan.FromMinutes(5);

    private Dictionary<SentinelNote, Telling> _notes = [];
    private Dictionary<string, (Trouble Trouble, long ToldAt)> _troubles = [];

    /// <summary>Another sentinel speaks now.</summary>
    public void Reset()
    {
        _notes = [];
        _troubles = [];
    }

    public void Tell(SentinelDecision decision)
    {
        _notes = decision.Notes.Distinct().ToDictionary(note => note, Tell);
        _troubles = Troubles(decision.Data).ToDictionary(t => t.Of, t => (t.Trouble, Tell(t.Of, t.Trouble)));
    }

    private Telling Tell(SentinelNote note)
    {
        var now = time.GetTimestamp();
        if (!_notes.TryGetValue(note, out var told))
        {
            SentinelLog.Note(logger, note);
            return new Telling(new WallTime(time.GetUtcNow()), now);
        }

        if (note.Weight < NoteSeverity.Warning || time.GetElapsedTime(told.At) < RepeatedEvery)
        {
            return told;
        }

        SentinelLog.StillSo(logger, note, told.Since);
        return told with { At = now };
    }

    /// <returns>When it was told last.</returns>
    private long Tell(string of, Trouble trouble)
    {
        var now = time.GetTimestamp();
        if (!_troubles.TryGetValue(of, out var told) || told.Trouble != trouble)
        {
            SentinelLog.Troubled(logger, of, trouble.Reason);
            return now;
        }

        if (time.GetElapsedTime(told.ToldAt) < RepeatedEvery)
        {
            return told.ToldAt;
        }

        SentinelLog.StillTroubled(logger, trouble.Since, of, trouble.Reason);
        return now;
    }

    /// <summary>What no note tells: why somebody is not healthy. An instance has its keeper's trouble, too; once is
    /// enough.</summary>
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

    private sealed record Telling(WallTime Since, long At);
}
