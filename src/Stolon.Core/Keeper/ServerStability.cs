using Stolon.Core.Model;

namespace Stolon.Core.Keeper;

/// <summary>Counts unplanned ends and failed starts of the server, for the keeper's report.</summary>
public sealed record ServerStability
{
    /// <summary>So many failed starts in a row are not an accident.</summary>
    private const int MaxFailedStarts = 3;

    /// <summary>A server that has answered for so long has started successfully.</summary>
    private static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(60);

    /// <summary>A walreceiver tries every few seconds, so WAL that has not come for so long will not come.</summary>
    private static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(3);

    /// <summary>How many times the server ended, or crashed and restarted by itself, without the keeper stopping it,
    /// since the keeper started.</summary>
    public int UnplannedEnds { get; init; }

    /// <summary>Null: the last start succeeded, or none has failed.</summary>
    public StartTrouble? Trouble => RecoveryWait is { TimedOut: true } wait
        ? new StartTrouble(
            Math.Max(FailedStarts, 1),
            $"PostgreSQL was started but is not consistent, and has been {wait.What} for minutes",
            true)
        : Reason is null ? null
        : new StartTrouble(FailedStarts, Reason, InRecovery >= MaxFailedStarts);

    /// <summary>Failed starts in a row.</summary>
    private int FailedStarts { get; init; }

    /// <summary>How many of the latest of them had begun recovery.</summary>
    private int InRecovery { get; init; }

    private string? Reason { get; init; }

    /// <summary>Null: no server should be running, as far as known.</summary>
    private Run? Running { get; init; }

    /// <summary>Null: it does not answer, or has not yet.</summary>
    private TimeSpan? AnsweringSince { get; init; }

    private Waiting? RecoveryWait { get; init; }

    /// <summary>After an observation. Only a server that the keeper started, or found running, can end
    /// unplanned.</summary>
    /// <param name="now">On the keeper's own clock.</param>
    public ServerStability AfterObservation(PostgresObservation observation, TimeSpan now)
    {
        if (observation.Server is not { } server)
        {
            return Running is null
                ? this
                : Ended(now) with { Running = null, AnsweringSince = null, RecoveryWait = null };
        }

        var run = new Run(server.ProcessId, server.Checkpointer);
        var next = Running is { } known && known.IsOver(run) ? Ended(now) with { AnsweringSince = null } : this;
        next = next with { Running = run };
        return server.Answers is not null ? next.Answering(now)
            // It accepts connections, so it is consistent. Whether it stays up is unknown.
            : server.RejectsKeeper ? next with { RecoveryWait = null }
            : next.Silent(server, now);
    }

    /// <summary>After a plan was carried out, or not.</summary>
    /// <param name="failedStart">Null: no start failed.</param>
    public ServerStability AfterPlan(KeeperPlan plan, bool done, FailedStart? failedStart)
    {
        if (failedStart is not null)
        {
            var failed = Failed(failedStart.Reason, failedStart.Recovering);
            return failed with { Running = null, AnsweringSince = null, RecoveryWait = null };
        }

        var lastChange = plan.Steps.LastOrDefault(
            s => s is KeeperStep.Stop or KeeperStep.Start || ReplacesData(s)
                || (s is KeeperStep.Promote && !done));
        return lastChange is null ? this
            : WithNewRun(plan) with { Running = lastChange is KeeperStep.Start && done ? new Run(0, null) : null };
    }

    /// <summary>Adds what others must know. If the server rejects the keeper, the report has that reason instead of
    /// start trouble.</summary>
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

    /// <summary>After a change of the data: earlier failures do not count for the new data.</summary>
    private ServerStability WithNewRun(KeeperPlan plan)
    {
        var stopped = this with { AnsweringSince = null, RecoveryWait = null };
        return plan.Steps.Any(ReplacesData)
            ? stopped with { FailedStarts = 0, InRecovery = 0, Reason = null }
            : stopped;
    }

    private static bool ReplacesData(KeeperStep step) =>
        step is KeeperStep.CloneFrom or KeeperStep.SwapIn or KeeperStep.Rewind
            or KeeperStep.InitDb or KeeperStep.Restore;

    private ServerStability Ended(TimeSpan now)
    {
        var ended = this with { UnplannedEnds = UnplannedEnds + 1 };
        return AnsweringSince is { } since && now - since >= StableAfter
            ? ended with { FailedStarts = 0, InRecovery = 0, Reason = null }
            : ended.Failed("it began recovery and ended by itself; the end of its log shows why", recovering: true);
    }

    private ServerStability Failed(string why, bool recovering) => this with
    {
        FailedStarts = FailedStarts + 1,
        InRecovery = recovering ? InRecovery + 1 : 0,
        Reason = $"PostgreSQL was started{InARow(FailedStarts + 1)} and did not stay up: {why}",
    };

    private ServerStability Answering(TimeSpan now)
    {
        var since = AnsweringSince ?? now;
        var answering = this with { AnsweringSince = since, RecoveryWait = null };
        return now - since >= StableAfter
            ? answering with { FailedStarts = 0, InRecovery = 0, Reason = null }
            : answering;
    }

    private ServerStability Silent(ServerObservation server, TimeSpan now)
    {
        var wait = server.Recovery is not { } what || server.Command is not null ? null
            : RecoveryWait is { } known && known.What == what
                ? known with { TimedOut = now - known.Since >= StuckAfter }
            : new Waiting(what, now, TimedOut: false);
        return this with { RecoveryWait = wait };
    }

    private static string InARow(int times) => times == 1 ? "" : $" {times} times in a row";

    /// <param name="Id">Its first process; 0: started, and not observed yet.</param>
    /// <param name="Checkpointer">Null: unknown.</param>
    private sealed record Run(int Id, int? Checkpointer)
    {
        public bool IsOver(Run now) => Id != 0
            && (Id != now.Id
                || (Checkpointer is { } was && now.Checkpointer is { } present && was != present));
    }

    private sealed record Waiting(string What, TimeSpan Since, bool TimedOut);
}
