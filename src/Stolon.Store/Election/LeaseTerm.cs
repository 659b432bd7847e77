using Microsoft.Extensions.Logging;
using Stolon.Ports.Store;

namespace Stolon.Store.Election;

/// <summary>Keeps one lease alive and knows until when it certainly lives, on this host's monotonic clock.</summary>
internal sealed class LeaseTerm : IAsyncDisposable
{
    /// <summary>Renewals per time to live; what etcd's own clients do.</summary>
    private const int RenewalsPerLife = 3;

    /// <summary>Pause after a failed renewal: soon, since the lease is running out, but no busy loop.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    private readonly ILeaseServer _server;
    private readonly Lease _lease;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stop = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _renewing;
    private long _renewed;

    /// <param name="renewed">Timestamp from before the lease was asked for.</param>
    public LeaseTerm(ILeaseServer server, Lease lease, long renewed, TimeProvider time, ILogger logger)
    {
        _server = server;
        _lease = lease;
        _renewed = renewed;
        _time = time;
        _logger = logger;
        _renewing = RenewAsync(_stop.Token);
    }

    /// <summary>Completes when the term is over, for whatever reason.</summary>
    public Task Ended => _ended.Task;

    /// <summary>True while the lease certainly lives.</summary>
    public bool Held => !_ended.Task.IsCompleted && Left > TimeSpan.Zero;

    private TimeSpan Left => _lease.TimeToLive - _time.GetElapsedTime(Volatile.Read(ref _renewed));

    /// <summary>Ends the term on this side; the lease itself is left to <see cref="DisposeAsync"/> or to
    /// expiry.</summary>
    public void End() => _ended.TrySetResult();

    /// <summary>Ends the term and revokes the lease; when the store does not answer, the lease expires by
    /// itself.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }
        End();
        // Not CancelAsync: it leaves the simulator's scheduler.
        _stop.Cancel();
        await _renewing;
        try
        {
            // Not the caller's token: resigning is most useful when the caller is being stopped. The server has its
            // timeout.
            await _server.RevokeAsync(_lease.Id, CancellationToken.None);
        }
        catch (StoreUnavailableException e)
        {
            ElectionLog.RevokeFailed(_logger, _lease.Id, _lease.TimeToLive, e);
        }
        _stop.Dispose();
    }

    private async Task RenewAsync(CancellationToken stop)
    {
        try
        {
            var pause = _lease.TimeToLive / RenewalsPerLife;
            while (Held)
            {
                await Task.Delay(Within(pause), _time, stop);
                var renewal = await RenewOnceAsync(stop);
                if (renewal == Renewal.Gone)
                {
                    ElectionLog.LeaseGone(_logger, _lease.Id);
                    End();
                }
                pause = renewal == Renewal.Done ? _lease.TimeToLive / RenewalsPerLife : RetryPause;
            }
            if (!_ended.Task.IsCompleted)
            {
                ElectionLog.LeaseExpired(_logger, _lease.Id, _lease.TimeToLive);
                End();
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Resigned.
        }
    }

    private async Task<Renewal> RenewOnceAsync(CancellationToken stop)
    {
        var asked = _time.GetTimestamp();
        // An answer that comes later than the end of the lease must not delay the end.
        using var deadline = new CancellationTokenSource(Within(_lease.TimeToLive), _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, deadline.Token);
        try
        {
            if (!await _server.RenewAsync(_lease.Id, either.Token))
            {
                return Renewal.Gone;
            }
            Volatile.Write(ref _renewed, asked);
            return Renewal.Done;
        }
        catch (StoreUnavailableException e)
        {
            ElectionLog.RenewalFailed(_logger, _lease.Id, Left, e);
            return Renewal.Failed;
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !stop.IsCancellationRequested)
        {
            return Renewal.Failed;
        }
    }

    /// <summary>The span, but not beyond the end of the lease and not negative.</summary>
    private TimeSpan Within(TimeSpan span)
    {
        var left = Left;
        return left <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromTicks(Math.Min(left.Ticks, span.Ticks));
    }

    private enum Renewal
    {
        /// <summary>The lease lives its full time again.</summary>
        Done,

        /// <summary>No answer: the lease may or may not have been renewed, so it is taken as not renewed.</summary>
        Failed,

        /// <summary>The server says that there is no such lease.</summary>
        Gone,
    }
}
