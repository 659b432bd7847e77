using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>Keeps a lease or lock alive and knows until when it certainly lives, on this host's monotonic
/// clock.</summary>
internal sealed class LeaseKeepAlive : IAsyncDisposable
{
    /// <summary>Renewals per time to live; what etcd's own clients do.</summary>
    private const int RenewalsPerTimeToLive = 3;

    /// <summary>Pause after a failed renewal: soon, since the lease is running out, but no busy loop.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    private readonly IRenewableClaim _claim;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _renewing;
    private long _renewedAt;

    /// <param name="renewedAt">Timestamp from before the lease or lock was asked for.</param>
    public LeaseKeepAlive(IRenewableClaim claim, long renewedAt, TimeProvider time, ILogger logger)
    {
        _claim = claim;
        _renewedAt = renewedAt;
        _time = time;
        _logger = logger;
        _renewing = RenewAsync(_stop.Token);
    }

    /// <summary>Completes when the term is over, for whatever reason.</summary>
    public Task Ended => _ended.Task;

    /// <summary>True while it certainly lives.</summary>
    public bool Held => !_ended.Task.IsCompleted && Remaining > TimeSpan.Zero;

    private TimeSpan Remaining => _claim.TimeToLive - _time.GetElapsedTime(Volatile.Read(ref _renewedAt));

    /// <summary>Ends the term on this side; the hold itself is left to <see cref="DisposeAsync"/> or to
    /// expiry.</summary>
    public void End() => _ended.TrySetResult();

    /// <summary>Ends the term and gives the hold up; when the store does not answer, it expires by itself.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }
        End();
        // Not CancelAsync: it leaves the simulator's scheduler.
        _stop.Cancel();
        try
        {
            await _renewing;
        }
        finally
        {
            await ReleaseAsync();
            _stop.Dispose();
        }
    }

    private async Task ReleaseAsync()
    {
        try
        {
            // Not the caller's token: resigning is most useful when the caller is being stopped. The server has its
            // timeout.
            await _claim.ReleaseAsync(CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            ElectionLog.ReleaseFailed(_logger, _claim.Name, _claim.TimeToLive, e);
        }
    }

    private async Task RenewAsync(CancellationToken stop)
    {
        try
        {
            var pause = _claim.TimeToLive / RenewalsPerTimeToLive;
            while (Held)
            {
                await Task.Delay(AtMostRemaining(pause), _time, stop);
                var renewal = await RenewOnceAsync(stop);
                if (renewal == Renewal.NotFound)
                {
                    ElectionLog.LeaseGone(_logger, _claim.Name);
                    End();
                }
                pause = renewal == Renewal.Renewed ? _claim.TimeToLive / RenewalsPerTimeToLive : RetryPause;
            }
            if (!_ended.Task.IsCompleted)
            {
                ElectionLog.LeaseExpired(_logger, _claim.Name, _claim.TimeToLive);
                End();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Resigned.
        }
        finally
        {
            // Also after a failure nobody foresaw, which disposal tells of: nobody renews any more.
            End();
        }
    }

    private async Task<Renewal> RenewOnceAsync(CancellationToken stop)
    {
        var requestedAt = _time.GetTimestamp();
        // An answer that comes later than the end of the lease must not delay the end.
        using var deadline = new CancellationTokenSource(AtMostRemaining(_claim.TimeToLive), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        try
        {
            if (!await _claim.RenewAsync(either.Token))
            {
                return Renewal.NotFound;
            }
            Volatile.Write(ref _renewedAt, requestedAt);
            return Renewal.Renewed;
        }
        catch (StoreUnavailableException e)
        {
            ElectionLog.RenewalFailed(_logger, _claim.Name, Remaining, e);
            return Renewal.Failed;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return Renewal.Failed;
        }
    }

    /// <summary>The span, but not beyond the end of the lease and not negative.</summary>
    private TimeSpan AtMostRemaining(TimeSpan span)
    {
        var remaining = Remaining;
        return remaining <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(remaining.Ticks, span.Ticks));
    }

    private enum Renewal
    {
        /// <summary>The lease lives its full time again.</summary>
        Renewed,

        /// <summary>No answer: the lease may or may not have been renewed, so it is taken as not renewed.</summary>
        Failed,

        /// <summary>The server says that there is no such lease.</summary>
        NotFound,
    }
}
