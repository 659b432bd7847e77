using Stolon.Agents.Ports.Proxy;

namespace Stolon.Forwarding.Metrics;

/// <summary>Measures how long a destination has been routed to in each role.</summary>
internal sealed class RoleClock(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly TimeSpan[] _spent = new TimeSpan[Enum.GetValues<DestinationRole>().Length];
    private DestinationRole? _role;
    private long _since;

    /// <param name="role">The role from now on. Null: not routed to.</param>
    /// <param name="now">Timestamp.</param>
    public void SetRole(DestinationRole? role, long now)
    {
        lock (_gate)
        {
            Settle(now);
            _role = role;
        }
    }

    public TimeSpan TimeIn(DestinationRole role)
    {
        lock (_gate)
        {
            Settle(time.GetTimestamp());
            return _spent[(int)role];
        }
    }

    private void Settle(long now)
    {
        if (_role is { } role)
        {
            _spent[(int)role] += time.GetElapsedTime(_since, now);
        }

        _since = now;
    }
}
