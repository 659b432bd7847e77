using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>One candidacy, from its creation to its end: it waits for the candidates before it, then it is
/// leader.</summary>
internal sealed class Leadership : ILeadership
{
    private readonly LeaseKeepAlive _keepAlive;
    private readonly Func<CancellationToken, Task<CandidacyStatus>> _inspect;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<bool> _elected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly CandidacyWatcher _watcher;
    private readonly Task _inspecting;
    private readonly Task _ending;

    /// <param name="inspect">Reads the status of this candidacy from the server.</param>
    /// <param name="watch">Calls back when the status may have changed.</param>
    public Leadership(
        LeaderFence fence,
        LeaseKeepAlive keepAlive,
        Func<CancellationToken, Task<CandidacyStatus>> inspect,
        Func<Action, CancellationToken, Task> watch,
        TimeProvider time,
        ILogger logger)
    {
        Fence = fence;
        _keepAlive = keepAlive;
        _inspect = inspect;
        _logger = logger;
        _watcher = new CandidacyWatcher(watch, fence.Key, time, logger);
        _inspecting = InspectAsync(_stop.Token);
        _ending = EndWithLeaseAsync();
    }

    public LeaderFence Fence { get; }

    public bool Held => _keepAlive.Held;

    public Task Lost => _keepAlive.Ended;

    /// <summary>Waits until no candidate is before this one.</summary>
    /// <exception cref="StoreUnavailableException">The lease, lock or key was lost before the election.</exception>
    public async Task ElectedAsync(CancellationToken cancellationToken)
    {
        try
        {
            using (cancellationToken.Register(() => _elected.TrySetCanceled(cancellationToken)))
            {
                if (await _elected.Task)
                {
                    return;
                }
            }

            throw new StoreUnavailableException($"the candidacy {Fence.Key} was lost before the election");
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        try
        {
            await _keepAlive.DisposeAsync();
        }
        finally
        {
            await _ending;
            using (_stop)
            await using (_watcher)
            {
                await _inspecting;
            }
        }
    }

    private async Task EndWithLeaseAsync()
    {
        await _keepAlive.Ended;
        _elected.TrySetResult(false);
        // Not CancelAsync: it leaves the simulator's scheduler.
        _stop.Cancel();
    }

    private async Task InspectAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await InspectOnceAsync(stop);
                await _watcher.NextAsync(stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        finally
        {
            // Also after an unexpected exception, which DisposeAsync rethrows: a leadership that is not inspected must
            // not be kept.
            _keepAlive.End();
        }
    }

    private async Task InspectOnceAsync(CancellationToken stop)
    {
        try
        {
            var status = await _inspect(stop);
            if (status == CandidacyStatus.Leading)
            {
                _elected.TrySetResult(true);
            }
            else if (status == CandidacyStatus.NotFound && !_keepAlive.Ended.IsCompleted)
            {
                ElectionLog.KeyGone(_logger, Fence.Key);
                _keepAlive.End();
            }
        }
        catch (StoreUnavailableException e)
        {
            // The lease or lock decides whether we still lead, not this inspection.
            ElectionLog.InspectionFailed(_logger, Fence.Key, e);
        }
    }
}
