using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>One candidacy from entering to the end: first it waits for those before it, then it leads.</summary>
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

    /// <param name="inspect">Asks the server how this candidacy stands.</param>
    /// <param name="watch">Calls back when that may have changed.</param>
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

    /// <summary>Waits until nobody is before us.</summary>
    /// <exception cref="StoreUnavailableException">The lease, lock or key was lost before that.</exception>
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
            throw new StoreUnavailableException($"the candidacy {Fence.Key} was lost before it was elected");
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
            // The term is over.
        }
        finally
        {
            // Also after a failure nobody foresaw, which disposal tells of: an office is not to be held unseen.
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
            // Whether we still lead is decided by the lease or lock, not by this look.
            ElectionLog.InspectionFailed(_logger, Fence.Key, e);
        }
    }
}
