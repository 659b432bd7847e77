using Microsoft.Extensions.Logging;
using Stolon.Agents.Ports;
using Stolon.Agents.Ports.Proxy;

namespace Stolon.Agents.Proxy;

/// <summary>Closes everything when no check has succeeded for proxyTimeout, also while a check hangs (proxy.md 4). The
/// sentinel counts on it: after twice that time it takes a silent proxy for closed.</summary>
public sealed class ProxyDeadline(ProxyPorts ports, ProxyOptions options, TimeProvider time, ILogger logger)
{
    private readonly Lock _lock = new();
    private readonly Wake _changed = new(time);
    private long _since = time.GetTimestamp();
    private TimeSpan? _timeout = TimeSpan.FromSeconds(15);

    /// <summary>A check that began at that timestamp has succeeded: the time runs anew from there, with this limit, and
    /// <paramref name="apply"/> takes effect. If the limit since then is over already (the process was frozen), what
    /// the check found is history and nothing happens.</summary>
    /// <remarks>Both happen under one lock with the closing: a freeze in between cannot leave open what was to be
    /// closed.</remarks>
    public void Extend(long began, TimeSpan timeout, Action? apply = null)
    {
        var extended = WithinLimit(began, timeout, () =>
        {
            (_since, _timeout) = (began, timeout);
            ports.TrustUntil(Timestamps.After(began, time.TicksOf(timeout)));
            apply?.Invoke();
        });
        if (extended)
        {
            _changed.Signal();
        }
    }

    /// <summary>Does what a check that began at that timestamp has found, under the same lock as the closing.</summary>
    /// <returns>False: the limit since then is over, what the check found is history, and nothing was done.</returns>
    public bool WithinLimit(long began, TimeSpan timeout, Action action)
    {
        lock (_lock)
        {
            if (time.GetElapsedTime(began) >= timeout)
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
