using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Which process publishes the reports under one keeper's uid, or which two by turns (a cloned volume, a
/// restored snapshot, a machine copied while it ran).</summary>
/// <remarks>After a restart, the earlier run never comes back. So a new run is accepted as soon as the earlier one has
/// published its final report or has missed its turn. If a run comes back after another one, or runs in two places, the
/// uid is contested, and neither run is accepted.</remarks>
public sealed record KeeperRuns
{
    private const int MostEarlier = 16;

    /// <summary>How many times a report's number must drop: a single drop is a report that was delayed on its
    /// way.</summary>
    private const int DropsThatProve = 2;

    private static readonly TimeSpan ShortestDelay = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestReportLife = TimeSpan.FromSeconds(20);

    /// <summary>The run whose reports are used.</summary>
    public required KeeperRun CurrentRun { get; init; }

    /// <summary>When its last report was first seen.</summary>
    public TimeSpan ReportedAt { get; init; }

    /// <summary>The run has reported that it stops and that its server has stopped.</summary>
    public bool PublishedFinalReport { get; init; }

    /// <summary>Another run, which may be a restart; null: there is none.</summary>
    public KeeperRun? Challenger { get; init; }

    /// <summary>The boot ids of the runs that were replaced, the latest last.</summary>
    public ValueList<string> Earlier { get; init; }

    /// <summary>Of the last report seen, of any run.</summary>
    public string? InfoUid { get; init; }

    /// <summary>When that report was first seen.</summary>
    public TimeSpan SeenAt { get; init; }

    /// <summary>That report is of the accepted run, and may be used.</summary>
    public bool Accepted { get; init; }

    /// <summary>The highest report number of the accepted run; 0: its keeper does not number its reports.</summary>
    public long Number { get; init; }

    public int NumberDrops { get; init; }

    public TimeSpan LastDropAt { get; init; }

    /// <summary>Null: as far as is known, one keeper has this uid.</summary>
    public KeeperContest? Contest { get; init; }

    /// <summary>When the passing of time changes what is accepted; null: never.</summary>
    public TimeSpan? DueAt(ClusterSettings settings) =>
        Contest is { } contest ? contest.At + QuietPeriod(settings)
        : Challenger is not null ? ReportedAt + ReportDeadline(settings)
        : null;

    /// <summary>How long only one run may be seen until it is accepted again: reports of another run must have left the
    /// store, and it must have missed its turn.</summary>
    public static TimeSpan QuietPeriod(ClusterSettings settings) =>
        (settings.SleepInterval > LongestReportLife ? settings.SleepInterval : LongestReportLife)
        + (2 * settings.SleepInterval);

    /// <summary>The state at a sentinel's first look.</summary>
    /// <param name="record">The keeper in the cluster data; null: it is new.</param>
    /// <param name="report">The report in the store; null: none, so the recorded run has been silent for long.</param>
    internal static KeeperRuns Begin(
        KeeperRecord? record, KeeperReport? report, TimeSpan now, ClusterSettings settings) =>
        new()
        {
            CurrentRun = record?.Status.BootUuid is { } boot ? new KeeperRun(boot, null)
                : report is null ? new KeeperRun("", null)
                : KeeperRun.Of(report),
            ReportedAt = report is null ? now - ReportDeadline(settings) : now,
            Contest = record is { Status: { Contested: true } status }
                ? new KeeperContest(status.Trouble?.Reason ?? "two keepers run with this uid", null, now)
                : null,
        };

    /// <summary>The state after the report in the store was read.</summary>
    public KeeperRuns Observe(KeeperReport report, TimeSpan now, ClusterSettings settings)
    {
        var runs = EndContest(now, settings);
        return report.InfoUid == runs.InfoUid
            ? runs.Challenger is { } newcomer && runs.HasEnded(now, settings) ? runs.Accept(newcomer) : runs
            : (runs with { InfoUid = report.InfoUid, SeenAt = now, Accepted = false }).Apply(report, now, settings);
    }

    /// <summary>Without the time in which this sentinel could not observe.</summary>
    internal KeeperRuns ShiftedBy(TimeSpan gap) => this with
    {
        ReportedAt = ReportedAt + gap,
        SeenAt = SeenAt + gap,
        Contest = Contest is { } contest ? contest with { At = contest.At + gap } : null,
    };

    /// <summary>A keeper reports once per sleepInterval; a slow store delays the report.</summary>
    private static TimeSpan ReportDeadline(ClusterSettings settings)
    {
        var late = settings.SleepInterval / 2;
        return settings.SleepInterval + (late > ShortestDelay ? late : ShortestDelay);
    }

    private KeeperRuns EndContest(TimeSpan now, ClusterSettings settings) =>
        Contest is { } contest && contest.HasEnded(now, settings)
            ? new KeeperRuns
            {
                CurrentRun = contest.Last ?? CurrentRun,
                ReportedAt = now,
                InfoUid = InfoUid,
                SeenAt = SeenAt,
                Earlier = Earlier.Where(boot => boot != contest.Last?.BootUuid).ToValueList(),
            }
            : this;

    private KeeperRuns Apply(KeeperReport report, TimeSpan now, ClusterSettings settings)
    {
        var run = KeeperRun.Of(report);
        if (Contest is { } contest)
        {
            var another = contest.Last is { } last && (!last.MayBeSame(run) || IsNumberDrop(report));
            var at = another ? now : contest.At;
            return this with { Contest = contest with { Last = run, At = at }, Number = report.Number };
        }

        if (CurrentRun.MayBeSame(run))
        {
            return Challenger is null
                ? Continue(report, run, now, settings)
                : Contested(CurrentRun, Challenger, run, now);
        }

        if (run.BootUuid == CurrentRun.BootUuid || Earlier.Contains(run.BootUuid))
        {
            return Contested(CurrentRun, Challenger ?? run, run, now);
        }

        return Challenger is { } known && known.BootUuid == run.BootUuid && !known.MayBeSame(run)
            ? Contested(known, run, run, now)
            : Challenge(run, now, settings);
    }

    private bool IsNumberDrop(KeeperReport report) => report.Number > 0 && Number > 0 && report.Number <= Number;

    private KeeperRuns Continue(KeeperReport report, KeeperRun run, TimeSpan now, ClusterSettings settings)
    {
        if (IsNumberDrop(report))
        {
            var drops = now - LastDropAt > QuietPeriod(settings) ? 1 : NumberDrops + 1;
            return drops < DropsThatProve
                ? this with { NumberDrops = drops, LastDropAt = now }
                : Contested(CurrentRun, run, run, now);
        }

        return this with
        {
            CurrentRun = run.Address is null ? CurrentRun : run,
            ReportedAt = now,
            PublishedFinalReport = report.Postgres is { Stopped: true },
            Number = report.Number,
            Accepted = true,
        };
    }

    private KeeperRuns Challenge(KeeperRun run, TimeSpan now, ClusterSettings settings)
    {
        var same = Challenger?.BootUuid == run.BootUuid;
        var runs = this with
        {
            Challenger = run,
            Earlier = Challenger is { } replaced && !same ? With(replaced) : Earlier,
        };
        return runs.HasEnded(now, settings) ? runs.Accept(run) : runs;
    }

    /// <summary>The accepted run has ended.</summary>
    private bool HasEnded(TimeSpan now, ClusterSettings settings) =>
        PublishedFinalReport || now - ReportedAt >= ReportDeadline(settings);

    private KeeperRuns Accept(KeeperRun run) => this with
    {
        CurrentRun = run,
        ReportedAt = SeenAt,
        PublishedFinalReport = false,
        Challenger = null,
        Earlier = With(CurrentRun),
        Number = 0,
        NumberDrops = 0,
        Accepted = true,
    };

    private ValueList<string> With(KeeperRun replaced) =>
        Earlier.Where(boot => boot != replaced.BootUuid).Append(replaced.BootUuid).TakeLast(MostEarlier).ToValueList();

    private KeeperRuns Contested(KeeperRun one, KeeperRun other, KeeperRun last, TimeSpan now) => this with
    {
        Contest = new KeeperContest(KeeperRun.Conflict(one, other), last, now),
        Challenger = null,
    };
}

/// <summary>One process that reports under a keeper's uid.</summary>
/// <param name="BootUuid">New at each start; empty: not reported.</param>
/// <param name="Address">The advertised address, the same for the whole run; null: not reported yet.</param>
public sealed record KeeperRun(string BootUuid, ServerAddress? Address)
{
    public static KeeperRun Of(KeeperReport report) => new(
        report.BootUuid ?? "",
        report.Postgres is { ListenAddress: { } host, Port: { } port } ? new ServerAddress(host, port) : null);

    /// <summary>Nothing shows that the two are different processes.</summary>
    public bool MayBeSame(KeeperRun other) =>
        BootUuid == other.BootUuid && (Address is null || other.Address is null || Address == other.Address);

    /// <summary>The conflict, for the operator.</summary>
    internal static string Conflict(KeeperRun one, KeeperRun other)
    {
        var what = one.MayBeSame(other)
            ? $"run {one} publishes its reports twice: the machine was copied while it ran"
            : $"run {one} and run {other} report alternately";
        return $"two keepers run with this uid ({what}); the reports of neither are used, and no client is routed "
            + "there: stop the wrong one for good, or start it without data and with another uid";
    }

    public override string ToString() => Address is null ? BootUuid : $"{BootUuid} at {Address}";
}

/// <summary>Two keepers with one uid.</summary>
/// <param name="Why">For the operator.</param>
/// <param name="Last">The run that reported last; null: none that this sentinel has seen.</param>
/// <param name="At">When the conflict was last seen.</param>
public sealed record KeeperContest(string Why, KeeperRun? Last, TimeSpan At)
{
    /// <returns>Null: the keeper's uid is not contested now.</returns>
    internal static KeeperContest? Of(DecisionState state, KeeperUid keeper) =>
        state.Memory.Runs.Find<KeeperUid, KeeperRuns>(keeper)?.Contest is { } contest
        && !contest.HasEnded(state.View.Now, state.Settings)
            ? contest
            : null;

    internal bool HasEnded(TimeSpan now, ClusterSettings settings) => now - At > KeeperRuns.QuietPeriod(settings);
}
