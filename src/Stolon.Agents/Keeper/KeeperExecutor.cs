using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Keeper;
using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Common;
using Stolon.Core.Keeper;
using Stolon.Core.Postgres;

namespace Stolon.Agents.Keeper;

/// <summary>Executes the steps of a plan in order.</summary>
/// <param name="leftOut">Called with the operator's settings that PostgreSQL runs without; empty: none.</param>
public sealed class KeeperExecutor(
    IPostgres postgres, ILocalStateFiles files, TimeProvider time, ILogger logger,
    Action<ValueList<LeftOutEntry>> leftOut)
{
    /// <summary>The step in progress, or the last one; null: none yet. After a failure, the step that failed.</summary>
    public KeeperStep? Last { get; private set; }

    /// <summary>The server has its complete configuration. False: it was started with less, and is to be given the rest
    /// again.</summary>
    public bool Final { get; private set; } = true;

    /// <summary>A start of the server that failed in the last run; null: none. A start that took too long may still
    /// succeed, and is none; so is one with the temporary configuration.</summary>
    public FailedStart? FailedStart { get; private set; }

    /// <summary>Executes the steps. The first that fails ends the run with its exception.</summary>
    /// <param name="readAt">When the cluster data behind the plan were read.</param>
    /// <param name="freshness">How old they may be for a step that needs current cluster data.</param>
    /// <param name="watch">Ends a step that is no longer needed; null: no step is ended.</param>
    /// <returns>False: the cluster data had become too old, or now require something else; the remaining steps were not
    /// executed.</returns>
    public async Task<bool> RunAsync(
        KeeperPlan plan, long readAt, TimeSpan freshness, IStepWatch? watch, CancellationToken cancellationToken)
    {
        FailedStart = null;
        foreach (var step in plan.Steps)
        {
            if (step.NeedsCurrentClusterData && time.GetElapsedTime(readAt) > freshness)
            {
                KeeperLog.ClusterDataTooOld(logger, step.GetType().Name, time.GetElapsedTime(readAt));
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
                KeeperLog.StepCancelled(logger, step.GetType().Name);
                return false;
            }
        }

        return true;
    }

    /// <returns>False: the step was cancelled, because it is no longer needed.</returns>
    /// <remarks>Without <c>Task.WhenAny</c> and <c>CancelAsync</c>: see <see cref="Wake"/>.</remarks>
    private async Task<bool> DoWatchedAsync(KeeperStep step, IStepWatch watch, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var obsolete = false;
        var watching = EndWhenObsoleteAsync();
        try
        {
            await DoAsync(step, end.Token);
            return true;
        }
        catch (OperationCanceledException) when (obsolete && !cancellationToken.IsCancellationRequested)
        {
            return false;
        }
        finally
        {
            end.Cancel();
            await watching;
        }

        async Task EndWhenObsoleteAsync()
        {
            obsolete = await watch.WaitUntilObsoleteAsync(step, end.Token);
            if (obsolete)
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
        KeeperStep.AwaitReady wait => AwaitReadyAsync(wait, cancellationToken),
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
        KeeperStep.Promote promote => ConfigureAsync(
            token => postgres.PromoteAsync(promote.Configuration, token), cancellationToken),
        KeeperStep.Reload reload => ConfigureAsync(
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
            var taken = await ConfigureAsync(
                token => postgres.StartAsync(start.Configuration, start.Temporary, token), cancellationToken);
            Final = taken.Final;
        }
        catch (Exception e) when (e is PostgresToolException or TimeoutException)
        {
            KeeperLog.StartFailed(logger, e);
            FailedStart = e is PostgresToolException && !start.Temporary
                ? new FailedStart(e.Message, Recovering: false)
                : null;
            throw;
        }
    }

    private async Task AwaitReadyAsync(KeeperStep.AwaitReady wait, CancellationToken cancellationToken)
    {
        try
        {
            await postgres.AwaitReadyAsync(wait.Timeout, cancellationToken);
        }
        catch (PostgresToolException e)
        {
            FailedStart = new FailedStart(e.Message, Recovering: true);
            throw;
        }
    }

    /// <summary>Fails when the configuration is not in force, or when that is unknown, because the following steps need
    /// it.</summary>
    private async Task<ConfigurationOutcome.Applied> ConfigureAsync(
        Func<CancellationToken, Task<ConfigurationOutcome>> configure, CancellationToken cancellationToken)
    {
        var outcome = await configure(cancellationToken);
        var taken = outcome.Match(
            taken => taken,
            rejected => throw new PostgresToolException(
                $"PostgreSQL has not accepted its configuration: {string.Join("; ", rejected.Reasons)}"),
            unknown => throw new PostgresToolException(
                $"it is unknown whether PostgreSQL has accepted its configuration: {unknown.Why}"));
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
                "the data are still on another branch of history than the followed instance");
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
