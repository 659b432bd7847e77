using System.Net;
using Stolon.Agents.Ports;
using Stolon.Forwarding.Metrics;

namespace Stolon.Forwarding.Routing;

/// <summary>What all loops know of one destination.</summary>
internal sealed class DestinationState(IPEndPoint address, int loops, TimeProvider time)
{
    private static readonly TimeSpan Lately = TimeSpan.FromSeconds(5);

    private readonly long _latelyTicks = time.TicksOf(Lately);
    private int _connections;
    private long _failedAt;
    private long _chosenAt;

    public IPEndPoint Address => address;

    /// <summary>Clients joined or being joined with it.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>One for each loop, which alone writes it.</summary>
    public DestinationCounters[] Counters { get; } =
        [.. Enumerable.Range(0, loops).Select(_ => new DestinationCounters())];

    public RoleClock Clock { get; } = new(time);

    /// <summary>When a client was last sent here; 0: never.</summary>
    public long ChosenAt => Volatile.Read(ref _chosenAt);

    public void Connected()
    {
        Interlocked.Increment(ref _connections);
        Volatile.Write(ref _chosenAt, time.GetTimestamp());
    }

    public void Disconnected() => Interlocked.Decrement(ref _connections);

    public void Failed(long now) => Volatile.Write(ref _failedAt, now);

    public void Answered()
    {
        if (Volatile.Read(ref _failedAt) != 0)
        {
            Volatile.Write(ref _failedAt, 0);
        }
    }

    public bool FailedLately(long now) => Volatile.Read(ref _failedAt) is var at && at != 0 && now - at < _latelyTicks;

    /// <summary>It has failed lately, and a client was sent there less than those ticks ago.</summary>
    public bool FailedAndAskedWithin(long ticks, long now) => FailedLately(now) && now - ChosenAt < ticks;
}
