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

    private Dictionary<SentinelNote, LoggedNote> _notes = [];
    private Dictionary<string, (Trouble Trouble, long ToldAt)> _troubles = [];

    /// <summary>Another sentinel speaks now.</summary>
    public void Reset()
    {
        _notes = [];
        _troubles = [];
    }

    public void Log(SentinelDecision decision)
    {
        _notes = decision.Notes.Distinct().ToDictionary(note => note, Log);
        _troubles = Troubles(decision.Data).ToDictionary(t => t.Of, t => (t.Trouble, Log(t.Of, t.Trouble)));
    }

    private LoggedNote Log(SentinelNote note)
    {
        var now = time.GetTimestamp();
        if (!_notes.TryGetValue(note, out var logged))
        {
            SentinelLog.Note(logger, note);
            return new LoggedNote(new WallTime(time.GetUtcNow()), now);
        }

        if (note.Severity < NoteSeverity.Warning || time.GetElapsedTime(logged.At) < RepeatedEvery)
        {
            return logged;
        }

        SentinelLog.StillSo(logger, note, logged.Since);
        return logged with { At = now };
    }

    /// <returns>When it was told last.</returns>
    private long Log(string of, Trouble trouble)
    {
        var now = time.GetTimestamp();
        if (!_troubles.TryGetValue(of, out var logged) || logged.Trouble != trouble)
        {
            SentinelLog.Troubled(logger, of, trouble.Reason);
            return now;
        }

        if (time.GetElapsedTime(logged.ToldAt) < RepeatedEvery)
        {
            return logged.ToldAt;
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

    private sealed record LoggedNote(WallTime Since, long At);
}
