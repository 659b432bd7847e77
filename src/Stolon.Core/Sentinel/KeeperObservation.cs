using Stolon.Core.Common;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Which keepers are alive: those whose reports change, measured on this sentinel's clock only
/// (docs/spec/sentinel.md 5, 1 to 7).</summary>
internal static class KeeperObservation
{
    public static DecisionState Apply(DecisionState state)
    {
        var reports = state.View.Keepers.Values.Where(r => r.Cluster == state.View.Data.Cluster.Uid).ToList();
        state = ObserveReports(RememberRuns(state, reports), reports);
        foreach (var report in reports.Where(r => state.ReportingKeepers.Contains(r.Uid)))
        {
            state = CopyStatus(state, report);
        }

        foreach (var keeper in state.Data.Keepers.Values)
        {
            state = UpdateHealth(state, keeper);
        }

        return state with { Memory = Prune(state) };
    }

    /// <summary>When a keeper is first late: one reporting interval after its last report.</summary>
    internal static TimeSpan MissedSince(DecisionState state, KeeperUid keeper) =>
        state.Memory.Keepers.TryGetValue(keeper, out var reported)
            ? reported.At + state.Settings.SleepInterval
            : state.View.Now;

    /// <summary>A report that was already there at this sentinel's first look and has not changed since proves neither
    /// life nor death.</summary>
    internal static bool IsUnproven(DecisionState state, KeeperUid keeper) =>
        state.Memory.Keepers.TryGetValue(keeper, out var reported)
        && !reported.Proven
        && state.View.Now <= reported.At + state.Settings.SleepInterval;

    /// <summary>Its latest report is of this cluster and of the accepted run, and at most one interval late.</summary>
    internal static bool IsPunctual(DecisionState state, KeeperUid keeper) =>
        state.ReportingKeepers.Contains(keeper)
        || (CurrentReport(state, keeper) is not null
            && state.View.Now <= MissedSince(state, keeper) + state.Settings.SleepInterval);

    /// <summary>The report in the store, however old; null: none, or one of another cluster or of a run that is not
    /// accepted (yet).</summary>
    internal static KeeperReport? CurrentReport(DecisionState state, KeeperUid keeper) =>
        state.View.Keepers.TryGetValue(keeper, out var report)
        && report.Cluster == state.View.Data.Cluster.Uid
        && state.Memory.Runs.Find<KeeperUid, KeeperRuns>(keeper) is { Accepted: true }
            ? report
            : null;

    private static DecisionState ObserveReports(DecisionState state, List<KeeperReport> reports)
    {
        var memory = state.Memory;
        var reporting = new List<KeeperUid>();
        foreach (var report in reports.Where(r => memory.Runs[r.Uid].Accepted))
        {
            var known = memory.Keepers.TryGetValue(report.Uid, out var last);
            var reported = known && last!.InfoUid == report.InfoUid
                ? last
                : new Heartbeat(report.InfoUid, memory.Runs[report.Uid].SeenAt, Proven: known || memory.HasObserved);
            memory = memory with { Keepers = memory.Keepers.With(report.Uid, reported) };
            if (reported.Proven && state.View.Now - reported.At <= state.Settings.SleepInterval)
            {
                reporting.Add(report.Uid);
                state = state.DueAt(reported.At + state.Settings.SleepInterval + state.Settings.FailInterval + Epsilon);
            }
        }

        return state with { Memory = memory, ReportingKeepers = reporting.ToSortedSet() };
    }

    private static DecisionState RememberRuns(DecisionState state, List<KeeperReport> reports)
    {
        var runs = state.Memory.Runs;
        foreach (var keeper in state.View.Data.Keepers.Values.Where(k => !runs.ContainsKey(k.Uid)))
        {
            var report = reports.Find(r => r.Uid == keeper.Uid);
            runs = runs.With(keeper.Uid, KeeperRuns.Begin(keeper, report, state.View.Now, state.Settings));
        }

        foreach (var report in reports)
        {
            var known = runs.Find<KeeperUid, KeeperRuns>(report.Uid)
                ?? KeeperRuns.Begin(null, report, state.View.Now, state.Settings);
            var now = known.Observe(report, state.View.Now, state.Settings);
            runs = runs.With(report.Uid, now);
            state = now.DueAt(state.Settings) is { } due ? state.DueAt(due + Epsilon) : state;
        }

        return state with { Memory = state.Memory with { Runs = runs } };
    }

    private static DecisionState CopyStatus(DecisionState state, KeeperReport report)
    {
        if (!state.Data.Keepers.TryGetValue(report.Uid, out var keeper))
        {
            keeper = new KeeperRecord { Uid = report.Uid, Status = new KeeperStatus { Healthy = true } };
            state = state.WithNote(new SentinelNote.KeeperRegistered(report.Uid));
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
        return state with { Data = state.Data with { Keepers = state.Data.Keepers.With(keeper.Uid, keeper) } };
    }

    private static DecisionState UpdateHealth(DecisionState state, KeeperRecord keeper)
    {
        var failing = state.Memory.KeeperFailingSince;
        if (state.ReportingKeepers.Contains(keeper.Uid))
        {
            failing = failing.Without(keeper.Uid);
        }
        else if (!IsUnproven(state, keeper.Uid) && !failing.ContainsKey(keeper.Uid))
        {
            failing = failing.With(keeper.Uid, MissedSince(state, keeper.Uid));
        }

        state = state with { Memory = state.Memory with { KeeperFailingSince = failing } };
        var healthy = IsHealthy(ref state, keeper, failing);
        if (healthy != keeper.Status.Healthy)
        {
            state = state.WithNote(healthy
                ? new SentinelNote.KeeperBack(keeper.Uid)
                : new SentinelNote.KeeperFailed(keeper.Uid, state.View.Now - failing[keeper.Uid]));
        }

        if (keeper.Status.ForceFail)
        {
            healthy = false;
            state = state.WithNote(new SentinelNote.KeeperForcedToFail(keeper.Uid));
        }

        var contest = KeeperContest.Of(state, keeper.Uid);
        if (contest is not null)
        {
            healthy = false;
            state = state.WithNote(new SentinelNote.KeeperContested(keeper.Uid, contest.Why));
        }

        var lastHealthy = healthy || keeper.Status.LastHealthyTime.IsNever
            ? state.View.WallNow
            : keeper.Status.LastHealthyTime;
        keeper = keeper with
        {
            Status = keeper.Status with
            {
                Healthy = healthy,
                ForceFail = false,
                LastHealthyTime = lastHealthy,
                Contested = contest is not null,
                Trouble = KeeperTrouble.Of(state, keeper, contest, healthy),
            },
        };
        return state with { Data = state.Data with { Keepers = state.Data.Keepers.With(keeper.Uid, keeper) } };
    }

    /// <summary>A failed keeper does not become healthy without a report.</summary>
    private static bool IsHealthy(
        ref DecisionState state, KeeperRecord keeper, ValueMap<KeeperUid, TimeSpan> failing) =>
        !HasFailed(ref state, keeper.Uid, failing)
        && (keeper.Status.Healthy || state.ReportingKeepers.Contains(keeper.Uid));

    private static bool HasFailed(ref DecisionState state, KeeperUid keeper, ValueMap<KeeperUid, TimeSpan> failing)
    {
        if (!failing.TryGetValue(keeper, out var since))
        {
            return false;
        }

        state = state.DueAt(since + state.Settings.FailInterval + Epsilon);
        return state.View.Now - since > state.Settings.FailInterval;
    }

    private static SentinelMemory Prune(DecisionState state) => state.Memory with
    {
        KeeperFailingSince = state.Memory.KeeperFailingSince
            .Where(e => state.Data.Keepers.ContainsKey(e.Key)).ToValueMap(),
        Runs = state.Memory.Runs
            .Where(e => state.Data.Keepers.ContainsKey(e.Key) || state.View.Keepers.ContainsKey(e.Key)).ToValueMap(),
        Keepers = state.Memory.Keepers
            .Where(e => state.Data.Keepers.ContainsKey(e.Key) || state.View.Keepers.ContainsKey(e.Key)).ToValueMap(),
    };

    /// <summary>Added to a limit that must be exceeded.</summary>
    internal static readonly TimeSpan Epsilon = TimeSpan.FromMilliseconds(1);
}
