using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>How often the server has ended by itself, and whether its starts come to anything: what a keeper remembers
/// of it beside its plans, for its report.</summary>
public sealed record ServerStability
{
    /// <summary>So many starts in a row that came to nothing are no accident.</summary>
    private const int MaxFailedStarts = 3;

    /// <summary>A server that has answered for so long has started for good.</summary>
    private static readonly TimeSpan Lasting = TimeSpan.FromSeconds(60);

    /// <summary>WAL that has not come for so long does not come: a walreceiver asks every few seconds.</summary>
    private static readonly TimeSpan Stuck = TimeSpan.FromMinutes(3);

    /// <summary>How many times the server has ended, or crashed and started again, without the keeper's having stopped
    /// it, since the keeper began.</summary>
    public int UnplannedEnds { get; init; }

    /// <summary>Null: it starts, or nobody has tried in vain.</summary>
    public StartTrouble? Trouble => Awaited is { Hopeless: true } awaited
        ? new StartTrouble(
            Math.Max(FailedStarts, 1), $"PostgreSQL, started, is not consistent and is {awaited.What} for minutes",
                true)
        : Reason is null ? null
        : new StartTrouble(FailedStarts, Reason, InRecovery >= MaxFailedStarts);

    /// <summary>Starts in a row that came to nothing.</summary>
    private int FailedStarts { get; init; }

    /// <summary>The last of them, in which the server had begun its recovery.</summary>
    private int InRecovery { get; init; }

    private string? Reason { get; init; }

    /// <summary>Null: nobody knows of a server that should be running.</summary>
    private Run? Running { get; init; }

    /// <summary>Null: it does not answer, or has not yet.</summary>
    private TimeSpan? AnsweringSince { get; init; }

    private Waiting? Awaited { get; init; }

    /// <summary>After a look. Only what the keeper had started, or found running, can have ended by itself.</summary>
    /// <param name="now">On the keeper's own clock.</param>
    public ServerStability Seen(PostgresObservation look, TimeSpan now)
    {
        if (look.Server is not { } server)
        {
            return Running is null ? this : Ended(now) with { Running = null, AnsweringSince = null, Awaited = null };
        }

        var run = new Run(server.ProcessId, server.Checkpointer);
        var life = Running is { } known && known.IsOver(run) ? Ended(now) with { AnsweringSince = null } : this;
        life = life with { Running = run };
        return server.Answers is not null ? life.Answering(now)
            // Not silent: it takes connections, and so is consistent. Whether it lasts is not known.
            : server.Refuses ? life with { Awaited = null }
            : life.Silent(server, now);
    }

    /// <summary>After a plan was carried out, or not.</summary>
    /// <param name="failedStart">Null: no start failed.</param>
    public ServerStability Did(KeeperPlan plan, bool done, FailedStart? failedStart)
    {
        if (failedStart is not null)
        {
            var failed = Failed(failedStart.Reason, failedStart.Recovering);
            return failed with { Running = null, AnsweringSince = null, Awaited = null };
        }

        var ours = plan.Steps.LastOrDefault(
            s => s is KeeperStep.Stop or KeeperStep.Start || MakesOtherData(s)
                || (s is KeeperStep.Promote && !done));
        return ours is null ? this
            : WithNewRun(plan) with { Running = ours is KeeperStep.Start && done ? new Run(0, null) : null };
    }

    /// <summary>What others should know of it. A server that the keeper may not ask has another trouble than its
    /// starts, and the report says which.</summary>
    public PostgresReport AddTo(PostgresReport report)
    {
        var trouble = report is { Healthy: false, Obstacle: null } ? Trouble : null;
        return report with
        {
            UnplannedEnds = UnplannedEnds,
            StartTrouble = trouble,
            Reason = trouble?.Reason ?? report.Reason,
        };
    }

    /// <summary>Other data: what was wrong with those before says nothing about them.</summary>
    private ServerStability WithNewRun(KeeperPlan plan)
    {
        var stopped = this with { AnsweringSince = null, Awaited = null };
        return plan.Steps.Any(MakesOtherData)
            ? stopped with { FailedStarts = 0, InRecovery = 0, Reason = null }
            : stopped;
    }

    private static bool MakesOtherData(KeeperStep step) =>
        step is KeeperStep.CloneFrom or KeeperStep.SwapIn or KeeperStep.Rewind
            or KeeperStep.InitDb or KeeperStep.Restore;

    private ServerStability Ended(TimeSpan now)
    {
        var ended = this with { UnplannedEnds = UnplannedEnds + 1 };
        return AnsweringSince is { } since && now - since >= Lasting
            ? ended with { FailedStarts = 0, InRecovery = 0, Reason = null }
            : ended.Failed("it began its recovery and ended by itself; the end of its log tells why", recovering: true);
    }

    private ServerStability Failed(string why, bool recovering) => this with
    {
        FailedStarts = FailedStarts + 1,
        InRecovery = recovering ? InRecovery + 1 : 0,
        Reason = $"PostgreSQL was started {MessageComparison(FailedStarts + 1)} in a row and did not stay: {why}",
    };

    private ServerStability Answering(TimeSpan now)
    {
        var since = AnsweringSince ?? now;
        var answering = this with { AnsweringSince = since, Awaited = null };
        return now - since >= Lasting ? answering with { FailedStarts = 0, InRecovery = 0, Reason = null } : answering;
    }

    private ServerStability Silent(ServerObservation server, TimeSpan now)
    {
        var awaited = server.Recovery is not { } what || server.Command is not null ? null
            : Awaited is { } known && known.What == what ? known with { Hopeless = now - known.Since >= Stuck }
            : new Waiting(what, now, Hopeless: false);
        return this with { Awaited = awaited };
    }

    private static string MessageComparison(int times) => times == 1 ? "once" : $"{times} times";

    /// <param name="Id">Of its first process; 0: started, and not yet looked at.</param>
    /// <param name="Checkpointer">Null: not known.</param>
    private sealed record Run(int Id, int? Checkpointer)
    {
        public bool IsOver(Run now) => Id != 0
            && (Id != now.Id
                || (Checkpointer is { } was && now.Checkpointer is { } present && was != present));
    }

    private sealed record Waiting(string What, TimeSpan Since, bool Hopeless);
}
