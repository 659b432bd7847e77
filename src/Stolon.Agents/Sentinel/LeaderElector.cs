using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;

namespace Stolon.Agents.Sentinel;

/// <summary>Campaigns for leadership until cancelled, and has the present leadership.</summary>
public sealed class LeaderElector(
    IElection election, SentinelOptions options, Wake wake, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    /// <summary>A campaign that lasted this long had reached the store, so its failure is logged again.</summary>
    private static readonly TimeSpan LongCampaign = TimeSpan.FromSeconds(30);

    private readonly FailureStreak _failures = new();
    private volatile ILeadership? _leadership;

    /// <summary>Null: this sentinel does not lead, or its lease is not confirmed.</summary>
    public ILeadership? Current => _leadership is { Held: true } held ? held : null;

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var start = time.GetTimestamp();
            try
            {
                await LeadOnceAsync(cancellationToken);
            }
            catch (StoreUnavailableException e)
            {
                Log(e, time.GetElapsedTime(start));
                await Task.Delay(Pause, time, cancellationToken);
            }
        }
    }

    private void Log(StoreUnavailableException e, TimeSpan duration)
    {
        if (duration > LongCampaign)
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
            await WaitForEndAsync(leadership, cancellationToken);
            SentinelLog.LeadershipLost(logger);
        }
        finally
        {
            _leadership = null;
            SentinelGauges.Leads(false);
        }
    }

    /// <summary>Waits for the end of the leadership or for cancellation.</summary>
    /// <remarks>Without <c>Task.WaitAsync</c>: see <see cref="Wake"/>.</remarks>
    private static async Task WaitForEndAsync(ILeadership leadership, CancellationToken cancellationToken)
    {
        var end = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = ForwardAsync(leadership.Lost, end);
        using (cancellationToken.Register(() => end.TrySetCanceled(cancellationToken)))
        {
            await end.Task;
        }
    }

    private static async Task ForwardAsync(Task lost, TaskCompletionSource end)
    {
        await lost;
        end.TrySetResult();
    }
}
