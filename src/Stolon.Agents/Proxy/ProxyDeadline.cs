using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports;
using Stolon.Agents.Ports.Proxy;

namespace Stolon.Agents.Proxy;

/// <summary>Closes all connections when no check has succeeded for proxyTimeout, even while a check hangs
/// (docs/spec/proxy-rules.md 4). The sentinel relies on it: after twice that time, a silent proxy counts as
/// closed.</summary>
public sealed class ProxyDeadline(ProxyPorts ports, ProxyOptions options, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Wake _changed = new(time);
    private long _since = time.GetTimestamp();
    private TimeSpan? _timeout = TimeSpan.FromSeconds(15);

    /// <summary>A check that started at this timestamp has succeeded: the timeout counts from there, and
    /// <paramref name="apply"/> is executed. If the timeout is over already, because the process was frozen, nothing
    /// happens: the check's result is too old.</summary>
    /// <remarks>Both happen under the lock of the closing, so a freeze between them cannot leave connections open that
    /// must be closed.</remarks>
    public void Extend(long start, TimeSpan timeout, Action? apply = null)
    {
        var extended = WithinLimit(start, timeout, () =>
        {
            (_since, _timeout) = (start, timeout);
            ports.LeaseUntil(Timestamps.After(start, time.TicksOf(timeout)));
            apply?.Invoke();
        });
        if (extended)
        {
            _changed.Signal();
        }
    }

    /// <summary>Applies the result of a check that started at this timestamp, under the lock of the closing.</summary>
    /// <returns>False: the timeout since then is over, and nothing was done.</returns>
    public bool WithinLimit(long start, TimeSpan timeout, Action action)
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(start) >= timeout)
            {
                return false;
            }

            action();
            return true;
        }
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            TimeSpan remaining;
            lock (_lock)
            {
                remaining = _timeout is { } timeout ? timeout - time.GetElapsedTime(_since) : TimeSpan.MaxValue;
                if (remaining <= TimeSpan.Zero)
                {
                    _timeout = null;
                    Close();
                    continue;
                }
            }

            await _changed.WaitAsync(remaining < LongestWait ? remaining : LongestWait, cancellationToken);
        }
    }

    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);

    private void Close()
    {
        ProxyLog.TimedOut(logger);
        ports.Close(CutCause.StoreSilent);
        if (options.StopListening)
        {
            ports.StopListening();
        }
    }
}
