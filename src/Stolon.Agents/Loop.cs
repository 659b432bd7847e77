using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Keeper;
using Stolon.Agents.Ports.Postgres;
using Stolon.Agents.Ports.Store;

namespace Stolon.Agents;

/// <summary>Ticks until cancelled: one tick at a time, the next after the delay the tick asks for, or at a
/// signal.</summary>
/// <remarks>The one place that forgives: what the world did wrong (store, PostgreSQL, disk) is told once and tried
/// again at the next tick. Anything else is a fault of ours and ends the process.</remarks>
public static class Loop
{
    /// <summary>Between two ticks, however many signals come: one burst of changes is one tick.</summary>
    private static readonly TimeSpan MinTickGap = TimeSpan.FromMilliseconds(20);

    /// <param name="name">For the log.</param>
    /// <param name="tickAsync">Gives the delay until the next tick.</param>
    /// <param name="afterFailure">The delay when a tick failed.</param>
    public static async Task RunAsync(
        string name,
        Func<CancellationToken, Task<TimeSpan>> tickAsync,
        Func<TimeSpan> afterFailure,
        Wake wake,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var failures = new FailureStreak();
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            TimeSpan delay;
            try
            {
                delay = await tickAsync(cancellationToken);
                if (failures.End())
                {
                    AgentsLog.Recovered(logger, name);
                }
            }
            catch (Exception e) when (IsEnvironmental(e))
            {
                Log(logger, name, e, failures);
                delay = afterFailure();
            }

            await Task.Delay(MinTickGap, time, cancellationToken);
            await wake.WaitAsync(delay, cancellationToken);
        }
    }

    /// <summary>Keeps one watch standing; while there is none, the ticks go on by themselves.</summary>
    public static async Task WatchAsync(
        Func<CancellationToken, Task> watchAsync, TimeProvider time, ILogger logger,
        CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await watchAsync(cancellationToken);
            }
            catch (Exception e) when (IsEnvironmental(e))
            {
                AgentsLog.WatchBroken(logger, e);
            }

            await Task.Delay(WatchPause, time, cancellationToken);
        }
    }

    internal static bool IsEnvironmental(Exception e) =>
        e is StoreUnavailableException or TimeoutException or PostgresToolException or LocalStateException;

    private static readonly TimeSpan WatchPause = TimeSpan.FromSeconds(1);

    private static void Log(ILogger logger, string name, Exception e, FailureStreak failures)
    {
        if (failures.IsNew(e))
        {
            AgentsLog.TickFailed(logger, name, e);
        }
        else
        {
            AgentsLog.StillFailing(logger, name, e);
        }
    }
}
