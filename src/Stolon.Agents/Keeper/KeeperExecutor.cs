using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Keeper;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;

namespace Stolon.Agents.Keeper;

/// <summary>Does the steps of a plan, one after another.</summary>
/// <param name="leftOut">Told what of the operator's settings PostgreSQL works without; none: nothing is left
/// out.</param>
public sealed class KeeperExecutor(
    IPostgres postgres, ILocalStateFiles files, TimeProvider time, ILogger logger,
    Action<ValueList<LeftOutEntry>> leftOut)
{
    /// <summary>The step that was begun last; null: none yet. After a failure, the one that failed.</summary>
    public KeeperStep? Last { get; private set; }

    /// <summary>What the server was given last is all that it takes. False: started with less, it is to be given all
    /// again.</summary>
    public bool Final { get; private set; } = true;

    /// <summary>Does the steps in order; the first that fails ends it by its exception.</summary>
    /// <param name="newsAt">When the cluster data behind the plan was read.</param>
    /// <param name="freshness">How old those news may be for a step that must not be done on old ones.</param>
    /// <param name="watch">Ends a step that has become pointless; null: nobody does.</param>
    /// <returns>False: the news had become too old, or what the plan was for has changed; the rest was not
    /// done.</returns>
    public async Task<bool> RunAsync(
        KeeperPlan plan, long newsAt, TimeSpan freshness, IStepWatch? watch, CancellationToken cancellationToken)
    {
        foreach (var step in plan.Steps)
        {
            if (step.NeedsCurrentClusterData && time.GetElapsedTime(newsAt) > freshness)
            {
                KeeperLog.ClusterDataTooOld(logger, step.GetType().Name, time.GetElapsedTime(newsAt));
                return false;
            }

            KeeperLog.Step(logger, step.GetType().Name);
            Last = step;
            if (watch is null || step.Purpose == StepPurpose.Itself)
            {
                await DoAsync(step, cancellationToken);
            }
            else if (!await DoWatchedAsync(step, watch, cancellationToken))
            {
                KeeperLog.StepEnded(logger, step.GetType().Name);
                return false;
            }
        }

        return true;
    }

    /// <returns>False: it was ended before it was done.</returns>
    /// <remarks>Without <c>Task.WhenAny</c> and <c>CancelAsync</c>: see <see cref="Wake"/>.</remarks>
    private async Task<bool> DoWatchedAsync(KeeperStep step, IStepWatch watch, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pointless = false;
        var watching = EndWhenPointlessAsync();
        try
        {
            await DoAsync(step, end.Token);
            return true;
        }
        catch (OperationCanceledException) when (pointless && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            end.Cancel();
            await watching;
        }

        async Task EndWhenPointlessAsync()
        {
            pointless = await watch.BecomesPointlessAsync(step, end.Token);
            if (pointless)
            {
                end.Cancel();
            }
        }
    }

    private Task DoAsync(KeeperStep step, CancellationToken cancellationToken) => step switch
    {
        KeeperStep.SaveCluster save => Save(() => files.Write(files.ReadKeeper() with { Cluster = save.Cluster })),
        KeeperStep.SaveInstance save => Save(() => files.Write(save.State)),
        KeeperStep.Stop => postgres.StopAsync(cancellationToken),
        KeeperStep.Erase erase => EraseAsync(erase, cancellationToken),
        KeeperStep.SetAside aside => SetAsideAsync(aside, cancellationToken),
        KeeperStep.InitDb init => postgres.InitDbAsync(init.Config, cancellationToken),
        KeeperStep.Restore restore => postgres.RestoreAsync(restore.Command, cancellationToken),
        KeeperStep.Start start => StartAsync(start, cancellationToken),
        KeeperStep.AwaitReady wait => postgres.AwaitReadyAsync(wait.Timeout, cancellationToken),
        KeeperStep.AwaitRecoveryEnd wait => postgres.AwaitRecoveryEndAsync(wait.Timeout, cancellationToken),
        KeeperStep.CaptureParameters capture => CaptureAsync(capture, cancellationToken),
        KeeperStep.SetUpRoles => postgres.SetUpRolesAsync(cancellationToken),
        KeeperStep.ProbeSource probe => postgres.ProbeAsync(
            probe.Source, probe.Self, probe.SystemIdentifier, cancellationToken),
        KeeperStep.Rewind rewind => postgres.RewindAsync(rewind.Primary, rewind.Self, cancellationToken),
        KeeperStep.CloneFrom clone => postgres.CloneAsync(clone.Source, clone.Self, clone.Slot, cancellationToken),
        KeeperStep.CloneBeside clone => postgres.CloneBesideAsync(
            clone.Source, clone.Self, clone.Slot, cancellationToken),
        KeeperStep.SwapIn => postgres.SwapInAsync(cancellationToken),
        KeeperStep.DropReplaced => postgres.DropReplacedAsync(cancellationToken),
        KeeperStep.VerifyBranch verify => VerifyAsync(verify, cancellationToken),
        KeeperStep.NoteTimeline note => postgres.NoteTimelineAsync(note.Taken, note.Fork, cancellationToken),
        KeeperStep.Promote promote => GiveAsync(
            token => postgres.PromoteAsync(promote.Configuration, token), cancellationToken),
        KeeperStep.Reload reload => GiveAsync(
            token => postgres.ReloadAsync(reload.Configuration, token), cancellationToken),
        KeeperStep.CreateSlot create => postgres.CreateSlotAsync(create.Name, cancellationToken),
        KeeperStep.DropSlot drop => DropAsync(drop, cancellationToken),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static Task Save(Action write)
    {
        write();
        return Task.CompletedTask;
    }

    private Task EraseAsync(KeeperStep.Erase erase, CancellationToken cancellationToken)
    {
        KeeperLog.Erasing(logger, erase.Why);
        return postgres.EraseAsync(cancellationToken);
    }

    private async Task SetAsideAsync(KeeperStep.SetAside aside, CancellationToken cancellationToken)
    {
        if (await postgres.SetAsideAsync(cancellationToken) is { } path)
        {
            KeeperLog.MovedAside(logger, path, aside.Why);
        }
    }

    private async Task StartAsync(KeeperStep.Start start, CancellationToken cancellationToken)
    {
        try
        {
            var taken = await GiveAsync(
                token => postgres.StartAsync(start.Configuration, start.Temporary, token), cancellationToken);
            Final = taken.Final;
        }
        catch (Exception e) when (e is PostgresToolException or TimeoutException)
        {
            KeeperLog.StartFailed(logger, e);
            throw;
        }
    }

    /// <summary>What is not in force, or not known to be, is not done: nothing that builds on it follows.</summary>
    private async Task<ConfigurationOutcome.Applied> GiveAsync(
        Func<CancellationToken, Task<ConfigurationOutcome>> give, CancellationToken cancellationToken)
    {
        var outcome = await give(cancellationToken);
        var taken = outcome.Match(
            taken => taken,
            notTaken => throw new PostgresToolException(
                $"PostgreSQL has not taken its configuration: {string.Join("; ", notTaken.Reasons)}"),
            unknown => throw new PostgresToolException(
                $"it is not known whether PostgreSQL has taken its configuration: {unknown.Why}"));
        Final = true;
        leftOut(taken.LeftOut);
        return taken;
    }

    private async Task CaptureAsync(KeeperStep.CaptureParameters capture, CancellationToken cancellationToken)
    {
        var parameters = await postgres.ReadFileParametersAsync(cancellationToken);
        files.Write(capture.State with { InitParameters = parameters });
    }

    private async Task VerifyAsync(KeeperStep.VerifyBranch verify, CancellationToken cancellationToken)
    {
        var own = await postgres.ObserveAsync(cancellationToken);
        if (!own.Healthy)
        {
            throw new PostgresToolException("the server's state could not be read after the resync");
        }

        var position = new TimelinePosition(own.Timeline, own.Position, own.TimelineHistory);
        if (TimelineFork.OnDifferentBranch(verify.Followed, position))
        {
            throw new PostgresToolException(
                "the data is still on another branch of history than the instance followed");
        }
    }

    private async Task DropAsync(KeeperStep.DropSlot drop, CancellationToken cancellationToken)
    {
        try
        {
            await postgres.DropSlotAsync(drop.Name, cancellationToken);
        }
        catch (PostgresToolException e)
        {
            KeeperLog.SlotNotDropped(logger, drop.Name, e);
        }
    }
}
