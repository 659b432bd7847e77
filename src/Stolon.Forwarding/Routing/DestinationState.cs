using System.Net;
using Stolon.Agents.Ports;
using Stolon.Forwarding.Metrics;

namespace Stolon.Forwarding.Routing;

/// <summary>The state of one destination, shared by all loops.</summary>
internal sealed class DestinationState(IPEndPoint address, int loops, TimeProvider time)
{
    private static readonly TimeSpan RecentFailureWindow = TimeSpan.FromSeconds(5);

    private readonly long _recentFailureTicks = time.TicksOf(RecentFailureWindow);
    private int _connections;
    private long _failedAt;
    private long _lastChosenAt;

    public IPEndPoint Address => address;

    /// <summary>Clients that are joined with it or connecting to it.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>One entry for each loop; only that loop writes it.</summary>
    public DestinationCounters[] Counters { get; } =
        [.. Enumerable.Range(0, loops).Select(_ => new DestinationCounters())];

    public RoleClock Clock { get; } = new(time);

    /// <summary>When a client last connected here, a timestamp. 0: never.</summary>
    public long LastChosenAt => Volatile.Read(ref _lastChosenAt);

    public void AddConnection()
    {
        Interlocked.Increment(ref _connections);
        Volatile.Write(ref _lastChosenAt, time.GetTimestamp());
    }

    public void RemoveConnection() => Interlocked.Decrement(ref _connections);

    public void RecordFailure(long now) => Volatile.Write(ref _failedAt, now);

    public void RecordSuccess()
    {
        if (Volatile.Read(ref _failedAt) != 0)
        {
            Volatile.Write(ref _failedAt, 0);
        }
    }

    public bool FailedRecently(long now) =>
        Volatile.Read(ref _failedAt) is var at && at != 0 && now - at < _recentFailureTicks;

    /// <summary>It failed recently, and a client last connected to it less than that many ticks ago.</summary>
    public bool FailedAndChosenWithin(long ticks, long now) => FailedRecently(now) && now - LastChosenAt < ticks;
}
