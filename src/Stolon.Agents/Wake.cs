namespace Stolon.Agents;

/// <summary>Lets one loop be woken by others. Signals that come together, or before the wait, count as one.</summary>
public sealed class Wake(TimeProvider time)
{
    private readonly Lock _lock = new();
    private TaskCompletionSource _signal = NewSignal();

    public void Signal()
    {
        lock (_lock)
        {
            _signal.TrySetResult();
        }
    }

    /// <summary>Waits until the delay is over or a signal comes, whichever is first.</summary>
    public async Task WaitAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        TaskCompletionSource signal;
        lock (_lock)
        {
            signal = _signal;
        }

        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(signal.Task, Task.Delay(delay, time, enough.Token));
        enough.Cancel();
        cancellationToken.ThrowIfCancellationRequested();
        lock (_lock)
        {
            if (_signal.Task.IsCompleted)
            {
                _signal = NewSignal();
            }
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
