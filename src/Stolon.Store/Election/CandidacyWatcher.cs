using Microsoft.Extensions.Logging;
using Stolon.Agents;

namespace Stolon.Store.Election;

/// <summary>Determines when the candidates are read again: after a hint of the watch, and every two seconds without
/// one, because a watch may miss changes.</summary>
internal sealed class CandidacyWatcher : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private readonly Wake _wake;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    /// <param name="watch">Calls the action when it is established and at every change; ends only by
    /// exception.</param>
    /// <param name="about">For the log: the key of the election.</param>
    public CandidacyWatcher(
        Func<Action, CancellationToken, Task> watch, string about, TimeProvider time, ILogger logger)
    {
        _wake = new Wake(time);
        _watching = WatchAsync(watch, about, time, logger);
    }

    /// <summary>Waits until the candidates are to be read again.</summary>
    public Task NextAsync(CancellationToken cancellationToken) => _wake.WaitAsync(PollInterval, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }
        // Not CancelAsync: it leaves the simulator's scheduler.
        _stop.Cancel();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync(
        Func<Action, CancellationToken, Task> watch, string about, TimeProvider time, ILogger logger)
    {
        try
        {
            await WatchLoop.RunAsync($"the candidates of {about}", watch, _wake.Signal, time, logger, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Disposed.
        }
    }
}
