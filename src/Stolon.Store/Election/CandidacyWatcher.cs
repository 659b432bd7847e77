using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>Decides when to inspect a candidacy again: after a signal of the watch, which it restarts when it breaks,
/// and at least every two seconds, because a watch is only a hint.</summary>
internal sealed class CandidacyWatcher : IAsyncDisposable
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan WatchRetryPause = TimeSpan.FromSeconds(1);

    private readonly Func<Action, CancellationToken, Task> _watch;
    private readonly string _about;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Wake _wake = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;

    /// <param name="watch">Calls back when the watch has started and at every change; ends only by exception.</param>
    /// <param name="about">For messages: the object of the election.</param>
    public CandidacyWatcher(
        Func<Action, CancellationToken, Task> watch, string about, TimeProvider time, ILogger logger)
    {
        _watch = watch;
        _about = about;
        _time = time;
        _logger = logger;
        _watching = WatchAsync(_stop.Token);
    }

    /// <summary>Waits until the next inspection is due.</summary>
    public Task NextAsync(CancellationToken cancellationToken) =>
        _wake.WaitAsync(PollInterval, _time, cancellationToken);

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

    private async Task WatchAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                try
                {
                    await _watch(_wake.Set, stop);
                }
                catch (StoreUnavailableException e)
                {
                    ElectionLog.WatchBroken(_logger, _about, e);
                }
                await Task.Delay(WatchRetryPause, _time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }
}
