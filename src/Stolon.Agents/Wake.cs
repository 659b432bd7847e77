namespace Stolon.Agents;

/// <summary>Wakes one waiting loop from other tasks. Signals that come together, or before the wait, count as
/// one.</summary>
/// <remarks>Only plain awaits on a completion source: <c>Task.WhenAny</c> and <c>Task.WaitAsync</c> resume on the
/// thread pool, outside the simulator's scheduler.</remarks>
public sealed class Wake(TimeProvider time)
{
    /// <summary>Timers accept at most 49 days, and an operator may configure any interval.</summary>
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

    /// <summary>Waits for a signal, for at most <paramref name="delay"/> or a day.</summary>
    /// <param name="delay"><see cref="Timeout.InfiniteTimeSpan"/>: no limit.</param>
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
