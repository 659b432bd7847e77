namespace Stolon.Store.Election;

/// <summary>A signal for one waiting task. It may come early, and several signals may be received as one.</summary>
/// <remarks>Only plain awaits on a completion source: <c>Task.WhenAny</c> and <c>Task.WaitAsync</c> resume through the
/// thread pool, which would leave the simulator's scheduler.</remarks>
internal sealed class Wake
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _signal = New();

    public void Set()
    {
        lock (_lock)
        {
            _signal.TrySetResult();
        }
    }

    /// <summary>Waits for the signal, at most this long, and consumes it.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            signal = _signal;
        }
        using (time.CreateTimer(_ => signal.TrySetResult(), null, atMost, Timeout.InfiniteTimeSpan))
        using (cancellationToken.Register(() => signal.TrySetResult()))
        {
            await signal.Task;
        }
        lock (_lock)
        {
            _signal = New();
        }
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
