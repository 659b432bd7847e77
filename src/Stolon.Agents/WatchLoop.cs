using Microsoft.Extensions.Logging;

namespace Stolon.Agents;

/// <summary>Keeps a watch running until cancelled. A watch is a hint that comes early: without one, the loops poll in
/// their intervals.</summary>
public static class WatchLoop
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>Runs the watch; when it is interrupted, logs that once, pauses, and runs it again.</summary>
    /// <param name="name">For the log.</param>
    /// <param name="watchAsync">Calls the action when the watch is established and at every change; ends only by
    /// exception.</param>
    /// <param name="changed">Called at every change. The next interruption after that is logged again.</param>
    public static async Task RunAsync(
        string name,
        Func<Action, CancellationToken, Task> watchAsync,
        Action changed,
        TimeProvider time,
        ILogger logger,
        CancellationToken cancellationToken)
    {
        var failures = new FailureStreak();
        while (true)
        {
            try
            {
                await watchAsync(OnChanged, cancellationToken);
            }
            catch (Exception e) when (Loop.IsEnvironmental(e))
            {
                if (failures.IsNew(e))
                {
                    AgentsLog.WatchInterrupted(logger, name, e);
                }
            }

            await Task.Delay(Pause, time, cancellationToken);
        }

        void OnChanged()
        {
            failures.End();
            changed();
        }
    }
}
