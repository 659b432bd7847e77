using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Model;

namespace Stolon.Core.Sentinel;

/// <summary>Whose reports come under one keeper's uid: one process', or by turns two processes' (a cloned volume, a
/// restored snapshot, a machine copied while it ran).</summary>
/// <remarks>A restart is one run after the other, and the earlier one never comes back. So a new run is believed as
/// soon as the earlier one said farewell or missed its turn to report; a run that comes back after another one, and a
/// run that is in two places, is contested: then neither is believed.</remarks>
public sealed record KeeperRuns
{
    private const int MostEarlier = 16;

    /// <summary>How many reports must be numbered as if an earlier one were still to come: a single one was only
    /// delayed on its way.</summary>
    private const int DropsThatProve = 2;

    private static readonly TimeSpan ShortestDelay = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LongestReportLife = TimeSpan.FromSeconds(20);

    /// <summary>The process whose reports are used.</summary>
    public required KeeperRun CurrentRun { get; init; }

    /// <summary>When its last report was first seen.</summary>
    public TimeSpan ReportedAt { get; init; }

    /// <summary>It has said that it stops, and that its server has.</summary>
    public bool PublishedFinalReport { get; init; }

    /// <summary>Another process, which may yet prove to be a restart; null: there is none.</summary>
    public KeeperRun? Challenger { get; init; }

    /// <summary>The boot ids that were replaced, the latest last.</summary>
    public ValueList<string> Earlier { get; init; }

    /// <summary>Of the last report that was looked at, whosesoever.</summary>
    public string? InfoUid { get; init; }

    /// <summary>When that one was first seen.</summary>
    public TimeSpan SeenAt { get; init; }

    /// <summary>That one is the believed run's, and may be used.</summary>
    public bool Accepted { get; init; }

    /// <summary>The highest number of a report of the run believed; 0: its keeper does not number them.</summary>
    public long Number { get; init; }

    public int NumberDrops { get; init; }

    public TimeSpan LastDropAt { get; init; }

    /// <summary>Null: there is one keeper with this uid, as far as is known.</summary>
    public KeeperContest? Contest { get; init; }

    /// <summary>When time alone changes what is believed; null: not foreseen.</summary>
    public TimeSpan? DueAt(ClusterSettings settings) =>
        Contest is { } contest ? contest.At + QuietPeriod(settings)
        : Challenger is not null ? ReportedAt + ReportDeadline(settings)
        : null;

    /// <summary>How long there must be only one until it is believed again: what another one has published must have
    /// left the store, and it must have missed its turn.</summary>
    public static TimeSpan QuietPeriod(ClusterSettings settings) =>
        (settings.SleepInterval > LongestReportLife ? settings.SleepInterval : LongestReportLife)
        + (2 * settings.SleepInterval);

    /// <summary>What a sentinel begins with at its first look.</summary>
    /// <param name="record">What the cluster data say of the keeper; null: it is new.</param>
    /// <param name="report">What is in the store; null: nothing, so that the run recorded has been silent for
    /// long.</param>
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

    /// <summary>After a look at the report that is in the store now.</summary>
    public KeeperRuns Observe(KeeperReport report, TimeSpan now, ClusterSettings settings)
    {
        var runs = EndContest(now, settings);
        return report.InfoUid == runs.InfoUid
            ? runs.Challenger is { } newcomer && runs.HasEnded(now, settings) ? runs.Accept(newcomer) : runs
            : (runs with { InfoUid = report.InfoUid, SeenAt = now, Accepted = false }).Apply(report, now, settings);
    }

    /// <summary>With the time taken out in which nobody could be heard.</summary>
    internal KeeperRuns ShiftedBy(TimeSpan gap) => this with
    {
        ReportedAt = ReportedAt + gap,
        SeenAt = SeenAt + gap,
        Contest = Contest is { } contest ? contest with { At = contest.At + gap } : null,
    };

    /// <summary>A report comes once in a sleepInterval, and a slow store delays it.</summary>
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
            return Challenger is null ? Continue(report, run, now, settings) : Contested(CurrentRun, Challenger, run, now);
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

    /// <summary>The run believed so far has ended.</summary>
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
/// <param name="BootUuid">New at each start; empty: not told.</param>
/// <param name="Address">What it advertises, the same from its start to its end; null: not told yet.</param>
public sealed record KeeperRun(string BootUuid, ServerAddress? Address)
{
    public static KeeperRun Of(KeeperReport report) => new(
        report.BootUuid ?? "",
        report.Postgres is { ListenAddress: { } host, Port: { } port } ? new ServerAddress(host, port) : null);

    /// <summary>Nothing speaks against both being the same process.</summary>
    public bool MayBeSame(KeeperRun other) =>
        BootUuid == other.BootUuid && (Address is null || other.Address is null || Address == other.Address);

    /// <summary>The two in words for the operator.</summary>
    internal static string Conflict(KeeperRun one, KeeperRun other)
    {
        var what = one.MayBeSame(other)
            ? $"run {one} publishes its reports twice: the machine was copied while it ran"
            : $"run {one} and run {other} report by turns";
        return $"two keepers run with this uid ({what}); neither is believed, and no client is sent there: stop the "
            + "one that is wrong for good, or start it without data and with a uid of its own";
    }

    public override string ToString() => Address is null ? BootUuid : $"{BootUuid} at {Address}";
}

/// <summary>Two keepers with one uid.</summary>
/// <param name="Why">For the operator.</param>
/// <param name="Last">Who reported last; null: nobody yet, as far as this sentinel has seen.</param>
/// <param name="At">When it last showed that there are two.</param>
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
