using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>Renews a lease or lock, and knows until when it is certainly valid, on this host's monotonic
/// clock.</summary>
/// <remarks>
/// <para>Idea: the server counts the time to live from the moment at which it processes a renewal. We count it from the
/// moment before we send that renewal, which is earlier. So our deadline is never later than the server's, however slow
/// the network is and whatever the wall clocks of the hosts show.</para>
/// <para>Invariant: while <see cref="Held"/> is true, the server has not expired the claim. Hence at most one candidate
/// believes that it leads. After <see cref="Ended"/> has completed, <see cref="Held"/> stays false.</para>
/// <list type="bullet">
/// <item>A renewal moves the deadline only after the server has confirmed it. If the response is lost, the claim counts
/// as not renewed: the server may keep it longer than we use it, never shorter.</item>
/// <item>A response that arrives after the deadline is not used: the request is cancelled at the deadline.</item>
/// <item>"Not found" ends the claim at once, without waiting for the deadline.</item>
/// <item><see cref="Held"/> compares with the clock at each read and needs no timer. A process that was frozen reads
/// false at its first check after the freeze, although no timer has run.</item>
/// </list>
/// <para>Limit: code that read <see cref="Held"/> before a freeze may still send a write after it. The
/// <see cref="LeaderFence"/> of that write makes the store refuse it. The monotonic clocks of the hosts must run at
/// about the same rate; renewal at a third of the time to live leaves room for two failures.</para>
/// </remarks>
internal sealed class LeaseKeepAlive : IAsyncDisposable
{
    /// <summary>Renewals per time to live; as etcd's own clients.</summary>
    private const int RenewalsPerTimeToLive = 3;

    /// <summary>Delay after a failed renewal: short, because the lease will expire, but no busy loop.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    private readonly IRenewableClaim _claim;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _renewing;
    private long _renewedAt;

    /// <param name="renewedAt">Timestamp from before the lease or lock was requested.</param>
    public LeaseKeepAlive(IRenewableClaim claim, long renewedAt, TimeProvider time, ILogger logger)
    {
        _claim = claim;
        _renewedAt = renewedAt;
        _time = time;
        _logger = logger;
        _renewing = RenewAsync(_stop.Token);
    }

    /// <summary>Completes when the claim has ended, for any reason.</summary>
    public Task Ended => _ended.Task;

    /// <summary>True while the claim is certainly valid.</summary>
    public bool Held => !_ended.Task.IsCompleted && Remaining > TimeSpan.Zero;

    private TimeSpan Remaining => _claim.TimeToLive - _time.GetElapsedTime(Volatile.Read(ref _renewedAt));

    /// <summary>Ends the claim on this side only; <see cref="DisposeAsync"/> releases it in the store.</summary>
    public void End() => _ended.TrySetResult();

    /// <summary>Ends the claim and releases it in the store; if the store does not respond, it expires.</summary>
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
            // Not the caller's token: a release is most useful when the caller is being stopped. The server has a
            // timeout of its own.
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
            // Released.
        }
        finally
        {
            // Also after an unexpected exception, which DisposeAsync rethrows: the claim is not renewed any more.
            End();
        }
    }

    private async Task<Renewal> RenewOnceAsync(CancellationToken stop)
    {
        var requestedAt = _time.GetTimestamp();
        // A response after the deadline must not delay the end.
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

    /// <summary>The span, limited to the remaining time to live, and not negative.</summary>
    private TimeSpan AtMostRemaining(TimeSpan span)
    {
        var remaining = Remaining;
        return remaining <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(remaining.Ticks, span.Ticks));
    }

    private enum Renewal
    {
        /// <summary>Valid for its full time to live again.</summary>
        Renewed,

        /// <summary>No response: it may have been renewed, but counts as not renewed.</summary>
        Failed,

        /// <summary>The server does not have it.</summary>
        NotFound,
    }
}
