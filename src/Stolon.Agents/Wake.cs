namespace Stolon.Agents;

/// <summary>Lets one loop be woken by others. Signals that come together, or before the wait, count as one.</summary>
/// <remarks>Only plain awaits on a completion source: <c>Task.WhenAny</c> resumes through the thread pool, which would
/// leave the simulator's scheduler.</remarks>
public sealed class Wake(TimeProvider time)
{
    /// <summary>Timers take no more than 49 days, and an interval is whatever an operator wrote.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private readonly Lock _lock = new();
    private TaskCompletionSource _signal = NewSignal();

    public void Signal()
    {
        lock (_lock)
        {
            _signal.TrySetResult();
        }
    }

    /// <summary>Waits until the delay is over or a signal comes, whichever is first; a day at most.</summary>
    public async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            signal = _signal;
        }

        var due = delay < LongestDelay ? delay : LongestDelay;
        using (time.CreateTimer(_ => signal.TrySetResult(), null, due, Timeout.InfiniteTimeSpan))
        using (cancellationToken.Register(() => signal.TrySetResult()))
        {
            await signal.Task;
        }

        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            _signal = NewSignal();
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
