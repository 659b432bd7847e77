using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;

namespace Stolon.Agents.Keeper;

/// <summary>Complains about the operator's commands while a step of a plan waits for them. A restore and a recovery
/// have no time limit, and the keeper does not inspect the server during a step.</summary>
internal sealed class StepCommandComplaints(
    IPostgres postgres, CommandComplaints commands, Func<TimeSpan> interval, TimeProvider time)
{
    /// <summary>Whether a step of this plan waits for such commands.</summary>
    public static bool MayRunIn(KeeperPlan plan) => plan.Steps.Any(
        s => s is KeeperStep.Restore or KeeperStep.AwaitRecoveryEnd or KeeperStep.AwaitReady);

    /// <summary>Watches until cancelled. Never throws.</summary>
    /// <param name="current">The step in progress; null: none yet.</param>
    public async Task WatchAsync(Func<KeeperStep?> current, CancellationToken cancellationToken)
    {
        var (step, since) = (current(), time.GetTimestamp());
        try
        {
            while (true)
            {
                await Task.Delay(interval(), time, cancellationToken);
                (step, since) = ReferenceEquals(current(), step) ? (step, since) : (current(), time.GetTimestamp());
                if (step is KeeperStep.Restore restore)
                {
                    commands.Restoring(restore.Command, time.GetElapsedTime(since));
                }
                else if (step is KeeperStep.AwaitRecoveryEnd or KeeperStep.AwaitReady)
                {
                    await InspectAsync(cancellationToken);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The plan has ended.
        }
    }

    private async Task InspectAsync(CancellationToken cancellationToken)
    {
        try
        {
            commands.Update((await postgres.InspectAsync(cancellationToken)).Server?.Command);
        }
        catch (Exception e) when (Loop.IsEnvironmental(e))
        {
            // The step itself reports the failure.
        }
    }
}
