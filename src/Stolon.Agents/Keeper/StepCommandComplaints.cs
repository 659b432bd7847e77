using Stolon.Agents.Ports.Postgres;
using Stolon.Core.Keeper;

namespace Stolon.Agents.Keeper;

/// <summary>Complains of the operator's commands that a step of a plan waits for: a backup that is restored, and a
/// recovery, may take as long as they like, and nobody looks at the server meanwhile.</summary>
internal sealed class StepCommandComplaints(
    IPostgres postgres, CommandComplaints commands, Func<TimeSpan> interval, TimeProvider time)
{
    /// <summary>Whether a step of this plan waits for such commands.</summary>
    public static bool MayRunIn(KeeperPlan plan) => plan.Steps.Any(
        s => s is KeeperStep.Restore or KeeperStep.AwaitRecoveryEnd or KeeperStep.AwaitReady);

    /// <summary>Watches until it is cancelled; never throws.</summary>
    /// <param name="now">The step that is being done; null: none yet.</param>
    public async Task WatchAsync(Func<KeeperStep?> now, CancellationToken cancellationToken)
    {
        var (step, since) = (now(), time.GetTimestamp());
        try
        {
            while (true)
            {
                await Task.Delay(interval(), time, cancellationToken);
                (step, since) = ReferenceEquals(now(), step) ? (step, since) : (now(), time.GetTimestamp());
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
            commands.Saw((await postgres.InspectAsync(cancellationToken)).Server?.Command);
        }
        catch (Exception e) when (Loop.IsEnvironmental(e))
        {
            // The step itself says what is wrong.
        }
    }
}
