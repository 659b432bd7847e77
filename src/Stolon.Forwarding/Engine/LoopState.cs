using Stolon.Forwarding.Metrics;
using Stolon.Forwarding.Network;
using Stolon.Forwarding.Routing;

namespace Stolon.Forwarding.Engine;

/// <summary>The state of one loop. Only its thread uses it, except the counters and the load, which others
/// read.</summary>
internal sealed class LoopState(int index, INetwork network, LoopContext context)
{
    private int _load;

    /// <summary>The loop's number within its port, from 0.</summary>
    public int Index => index;

    public INetwork Network => network;

    public LoopContext LoopContext => context;

    public LoopBuffers Buffers { get; } = new();

    public PairTable Pairs { get; } = new();

    public LoopCounters Counters { get; } = new(context.Time);

    /// <summary>Pairs with more data to forward in the next turn.</summary>
    public Queue<Pair> Busy { get; } = [];

    public RouteTable Routes { get; set; } = RouteTable.Empty;

    /// <summary>Counts the waits for events.</summary>
    public long Turn { get; set; }

    /// <summary>The number of clients assigned to this loop and not closed yet. From any thread.</summary>
    public int Load => Volatile.Read(ref _load);

    public long Now => context.Time.GetTimestamp();

    public void IncrementLoad() => Interlocked.Increment(ref _load);

    public void DecrementLoad() => Interlocked.Decrement(ref _load);
}
