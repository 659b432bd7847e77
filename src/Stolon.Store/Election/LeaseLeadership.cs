using System.Globalization;
using Microsoft.Extensions.Logging;
using Stolon.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>One candidacy from entering to the end: first it waits for those before it, then it leads.</summary>
internal sealed class LeaseLeadership : ILeadership
{
    /// <summary>A look at the candidates even when the watch is silent: the watch is a hint, the look is the
    /// truth.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan WatchRetryPause = TimeSpan.FromSeconds(1);

    private readonly ILeaseServer _server;
    private readonly string _prefix;
    private readonly Candidacy _own;
    private readonly LeaseTerm _term;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Wake _wake = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource<bool> _elected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _looking;
    private readonly Task _watching;
    private readonly Task _ending;

    public LeaseLeadership(
        ILeaseServer server, string prefix, Candidacy own, LeaseTerm term, TimeProvider time, ILogger logger)
    {
        _server = server;
        _prefix = prefix;
        _own = own;
        _term = term;
        _time = time;
        _logger = logger;
        Fence = new LeaderFence(own.Key, own.Created.ToString(CultureInfo.InvariantCulture));
        _looking = LookAsync(_stop.Token);
        _watching = WatchAsync(_stop.Token);
        _ending = EndWithTermAsync();
    }

    public LeaderFence Fence { get; }

    public bool Held => _term.Held;

    public Task Lost => _term.Ended;

    /// <summary>Waits until nobody is before us.</summary>
    /// <exception cref="StoreUnavailableException">The lease or our key was lost before that.</exception>
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
            throw new StoreUnavailableException($"the candidacy {_own.Key} was lost before it was elected");
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _term.DisposeAsync();
        await _ending;
        await _looking;
        await _watching;
        _stop.Dispose();
    }

    private async Task EndWithTermAsync()
    {
        await _term.Ended;
        _elected.TrySetResult(false);
        // Not CancelAsync: it leaves the simulator's scheduler.
        _stop.Cancel();
    }

    private async Task LookAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                await LookOnceAsync(stop);
                await _wake.WaitAsync(LookInterval, _time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The term is over.
        }
    }

    private async Task LookOnceAsync(CancellationToken stop)
    {
        try
        {
            var candidacies = await _server.CandidaciesAsync(_prefix, stop);
            // Compared with the creation too: a key deleted and written by somebody else is not ours.
            if (!candidacies.Any(c => c.Key == _own.Key && c.Created == _own.Created))
            {
                ElectionLog.KeyGone(_logger, _own.Key);
                _term.End();
            }
            else if (candidacies[0].Created == _own.Created)
            {
                _elected.TrySetResult(true);
            }
        }
        catch (StoreUnavailableException e)
        {
            // Whether we still lead is decided by the lease, not by this look.
            ElectionLog.LookFailed(_logger, _own.Key, e);
        }
    }

    private async Task WatchAsync(CancellationToken stop)
    {
        try
        {
            while (true)
            {
                try
                {
                    await _server.WatchAsync(_prefix, _wake.Set, stop);
                }
                catch (StoreUnavailableException e)
                {
                    ElectionLog.WatchBroken(_logger, _own.Key, e);
                }
                await Task.Delay(WatchRetryPause, _time, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The term is over.
        }
    }
}
