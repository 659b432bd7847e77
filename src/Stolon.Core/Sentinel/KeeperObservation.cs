using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Who is alive: keepers by the change of their reports, on this sentinel's clock only (sentinel.md 5, 1 to
/// 7).</summary>
internal static class KeeperObservation
{
    public static Pass Apply(Pass pass)
    {
        var reports = pass.View.Keepers.Values.Where(r => r.Cluster == pass.View.Data.Cluster.Uid).ToList();
        pass = Listen(RememberRuns(pass, reports), reports);
        foreach (var report in reports.Where(r => pass.HeardKeepers.Contains(r.Uid)))
        {
            pass = Copy(pass, report);
        }

        foreach (var keeper in pass.Data.Keepers.Values)
        {
            pass = Judge(pass, keeper);
        }

        return pass with { Memory = Forget(pass) };
    }

    /// <summary>When a keeper is first missed: one reporting interval after its last sign of life.</summary>
    internal static TimeSpan MissedSince(Pass pass, KeeperUid keeper) =>
        pass.Memory.Keepers.TryGetValue(keeper, out var heard)
            ? heard.At + pass.Settings.SleepInterval
            : pass.View.Now;

    /// <summary>A report that was there at the first look and has not changed since proves nothing, neither life nor
    /// death.</summary>
    internal static bool Unproven(Pass pass, KeeperUid keeper) =>
        pass.Memory.Keepers.TryGetValue(keeper, out var heard)
        && !heard.Proven
        && pass.View.Now <= heard.At + pass.Settings.SleepInterval;

    /// <summary>Its newest report is of this cluster and of the run that is believed, and not more than one interval
    /// late.</summary>
    internal static bool IsPunctual(Pass pass, KeeperUid keeper) =>
        pass.HeardKeepers.Contains(keeper)
        || (Believed(pass, keeper) is not null
            && pass.View.Now <= MissedSince(pass, keeper) + pass.Settings.SleepInterval);

    /// <summary>The report that is there, however old; null: none, or one of another cluster or of a run that is not
    /// believed (yet).</summary>
    internal static KeeperReport? Believed(Pass pass, KeeperUid keeper) =>
        pass.View.Keepers.TryGetValue(keeper, out var report)
        && report.Cluster == pass.View.Data.Cluster.Uid
        && pass.Memory.Runs.Find<KeeperUid, KeeperRuns>(keeper) is { Accepted: true }
            ? report
            : null;

    private static Pass Listen(Pass pass, List<KeeperReport> reports)
    {
        var memory = pass.Memory;
        var heardKeepers = new List<KeeperUid>();
        foreach (var report in reports.Where(r => memory.Runs[r.Uid].Accepted))
        {
            var known = memory.Keepers.TryGetValue(report.Uid, out var last);
            var heard = known && last!.InfoUid == report.InfoUid
                ? last
                : new Heard(report.InfoUid, memory.Runs[report.Uid].SeenAt, Proven: known || memory.HasLooked);
            memory = memory with { Keepers = memory.Keepers.With(report.Uid, heard) };
            if (heard.Proven && pass.View.Now - heard.At <= pass.Settings.SleepInterval)
            {
                heardKeepers.Add(report.Uid);
                pass = pass.DueAt(heard.At + pass.Settings.SleepInterval + pass.Settings.FailInterval + Tick);
            }
        }

        return pass with { Memory = memory, HeardKeepers = heardKeepers.ToSortedSet() };
    }

    private static Pass RememberRuns(Pass pass, List<KeeperReport> reports)
    {
        var runs = pass.Memory.Runs;
        foreach (var keeper in pass.View.Data.Keepers.Values.Where(k => !runs.ContainsKey(k.Uid)))
        {
            var report = reports.Find(r => r.Uid == keeper.Uid);
            runs = runs.With(keeper.Uid, KeeperRuns.Begin(keeper, report, pass.View.Now, pass.Settings));
        }

        foreach (var report in reports)
        {
            var known = runs.Find<KeeperUid, KeeperRuns>(report.Uid)
                ?? KeeperRuns.Begin(null, report, pass.View.Now, pass.Settings);
            var now = known.Look(report, pass.View.Now, pass.Settings);
            runs = runs.With(report.Uid, now);
            pass = now.DueAt(pass.Settings) is { } due ? pass.DueAt(due + Tick) : pass;
        }

        return pass with { Memory = pass.Memory with { Runs = runs } };
    }

    private static Pass Copy(Pass pass, KeeperReport report)
    {
        if (!pass.Data.Keepers.TryGetValue(report.Uid, out var keeper))
        {
            keeper = new KeeperRecord { Uid = report.Uid, Status = new KeeperStatus { Healthy = true } };
            pass = pass.Noting(new SentinelNote.KeeperRegistered(report.Uid));
        }

        keeper = keeper with
        {
            Status = keeper.Status with
            {
                BootUuid = report.BootUuid,
                BinaryVersion = report.BinaryVersion,
                EligibleAsPrimary = report.EligibleAsPrimary,
                EligibleAsSynchronousStandby = report.EligibleAsSynchronousStandby,
            },
        };
        return pass with { Data = pass.Data with { Keepers = pass.Data.Keepers.With(keeper.Uid, keeper) } };
    }

    private static Pass Judge(Pass pass, KeeperRecord keeper)
    {
        var failing = pass.Memory.KeeperFailingSince;
        if (pass.HeardKeepers.Contains(keeper.Uid))
        {
            failing = failing.Without(keeper.Uid);
        }
        else if (!Unproven(pass, keeper.Uid) && !failing.ContainsKey(keeper.Uid))
        {
            failing = failing.With(keeper.Uid, MissedSince(pass, keeper.Uid));
        }

        pass = pass with { Memory = pass.Memory with { KeeperFailingSince = failing } };
        var healthy = Survives(ref pass, keeper, failing);
        if (healthy != keeper.Status.Healthy)
        {
            pass = pass.Noting(healthy
                ? new SentinelNote.KeeperBack(keeper.Uid)
                : new SentinelNote.KeeperFailed(keeper.Uid, pass.View.Now - failing[keeper.Uid]));
        }

        if (keeper.Status.ForceFail)
        {
            healthy = false;
            pass = pass.Noting(new SentinelNote.KeeperForcedToFail(keeper.Uid));
        }

        var contest = KeeperContest.Of(pass, keeper.Uid);
        if (contest is not null)
        {
            healthy = false;
            pass = pass.Noting(new SentinelNote.KeeperContested(keeper.Uid, contest.Why));
        }

        var lastHealthy = healthy || keeper.Status.LastHealthyTime.IsNever
            ? pass.View.WallNow
            : keeper.Status.LastHealthyTime;
        keeper = keeper with
        {
            Status = keeper.Status with
            {
                Healthy = healthy,
                ForceFail = false,
                LastHealthyTime = lastHealthy,
                Contested = contest is not null,
                Trouble = KeeperTrouble.Of(pass, keeper, contest, healthy),
            },
        };
        return pass with { Data = pass.Data with { Keepers = pass.Data.Keepers.With(keeper.Uid, keeper) } };
    }

    /// <summary>Who is not heard does not get well by that.</summary>
    private static bool Survives(ref Pass pass, KeeperRecord keeper, ValueMap<KeeperUid, TimeSpan> failing) =>
        !FailedFor(ref pass, keeper.Uid, failing)
        && (keeper.Status.Healthy || pass.HeardKeepers.Contains(keeper.Uid));

    private static bool FailedFor(ref Pass pass, KeeperUid keeper, ValueMap<KeeperUid, TimeSpan> failing)
    {
        if (!failing.TryGetValue(keeper, out var since))
        {
            return false;
        }

        pass = pass.DueAt(since + pass.Settings.FailInterval + Tick);
        return pass.View.Now - since > pass.Settings.FailInterval;
    }

    private static SentinelMemory Forget(Pass pass) => pass.Memory with
    {
        KeeperFailingSince = pass.Memory.KeeperFailingSince
            .Where(e => pass.Data.Keepers.ContainsKey(e.Key)).ToValueMap(),
        Runs = pass.Memory.Runs
            .Where(e => pass.Data.Keepers.ContainsKey(e.Key) || pass.View.Keepers.ContainsKey(e.Key)).ToValueMap(),
        Keepers = pass.Memory.Keepers
            .Where(e => pass.Data.Keepers.ContainsKey(e.Key) || pass.View.Keepers.ContainsKey(e.Key)).ToValueMap(),
    };

    /// <summary>Just past a limit that must be exceeded, not only reached.</summary>
    internal static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
}
