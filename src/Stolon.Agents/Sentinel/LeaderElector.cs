using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;

namespace Stolon.Agents.Sentinel;

/// <summary>Stands for election again and again, and knows whether this sentinel leads now.</summary>
public sealed class LeaderElector(
    IElection election, SentinelOptions options, Wake wake, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>A candidacy that stood this long had been with the store: its end is news.</summary>
    private static readonly TimeSpan Standing = TimeSpan.FromSeconds(30);

    private readonly FailureStreak _failures = new();
    private volatile ILeadership? _leadership;

    /// <summary>The leadership in force; null when this sentinel does not lead, or is not sure to.</summary>
    public ILeadership? Current => _leadership is { Held: true } held ? held : null;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var begun = time.GetTimestamp();
            try
            {
                await LeadOnceAsync(cancellationToken);
            }
            catch (StoreUnavailableException e)
            {
                Log(e, time.GetElapsedTime(begun));
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private void Log(StoreUnavailableException e, TimeSpan stood)
    {
        if (stood > Standing)
        {
            _failures.End();
        }

        if (_failures.IsNew(e))
        {
            SentinelLog.ElectionFailed(logger, e);
        }
        else
        {
            SentinelLog.ElectionStillFails(logger, e);
        }
    }

    private async Task LeadOnceAsync(CancellationToken cancellationToken)
    {
        await using var leadership = await election.CampaignAsync(options.Uid.Value, cancellationToken);
        try
        {
            _leadership = leadership;
            _failures.End();
            SentinelLog.Leading(logger, options.Uid.Value);
            SentinelGauges.Leads(true);
            wake.Signal();
            await EndOfAsync(leadership, cancellationToken);
            SentinelLog.LeadershipLost(logger);
        }
        finally
        {
            _leadership = null;
            SentinelGauges.Leads(false);
        }
    }

    /// <summary>Waits for the end of the leadership or for cancellation.</summary>
    /// <remarks>Not by <c>Task.WaitAsync</c>: it resumes through the thread pool, which would leave the simulator's
    /// scheduler.
    /// </remarks>
    private static async Task EndOfAsync(ILeadership leadership, CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = LogAsync(leadership.Lost, end);
        using (cancellationToken.Register(() => end.TrySetCanceled(cancellationToken)))
        {
            await end.Task;
        }
    }

    private static async Task LogAsync(Task lost, TaskCompletionSource end)
    {
        await lost;
        end.TrySetResult();
    }
}
