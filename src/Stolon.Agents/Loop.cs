using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Keeper;
using Stolon.Agents.Ports.Postgres;
using Stolon.Agents.Ports.Store;

namespace Stolon.Agents;

/// <summary>Ticks until cancelled: one tick at a time, the next after the delay that the tick returns, or at a
/// signal.</summary>
/// <remarks>A failure of the environment (store, PostgreSQL, disk) is logged once, and the next tick tries again. Any
/// other exception is a bug of ours and ends the process.</remarks>
public static class Loop
{
    /// <summary>The shortest time between two ticks, however many signals come: a burst of changes is one
    /// tick.</summary>
    private static readonly TimeSpan MinTickGap = TimeSpan.FromMilliseconds(20);

    /// <param name="name">For the log.</param>
    /// <param name="tickAsync">Returns the delay until the next tick.</param>
    /// <param name="afterFailure">The delay after a tick that failed.</param>
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

    internal static bool IsEnvironmental(Exception e) =>
        e is StoreUnavailableException or TimeoutException or PostgresToolException or LocalStateException;

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
