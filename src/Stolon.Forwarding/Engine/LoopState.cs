using Stolon.Forwarding.Metrics;
using Stolon.Forwarding.Network;
using Stolon.Forwarding.Routing;

namespace Stolon.Forwarding.Engine;

/// <summary>What belongs to one loop. Touched by its thread only, except the figures, which others read.</summary>
internal sealed class LoopState(int index, INetwork network, LoopContext context)
{
    private int _load;

    /// <summary>Which of the port's loops, from 0.</summary>
    public int Index => index;

    public INetwork Network => network;

    public LoopContext LoopContext => context;

    public LoopBuffers Buffers { get; } = new();

    public PairTable Pairs { get; } = new();

    public LoopCounters Counters { get; } = new(context.Time);

    /// <summary>Pairs that could go on and wait for their next turn.</summary>
    public Queue<Pair> Busy { get; } = [];

    public RouteTable Routes { get; set; } = RouteTable.Nowhere;

    /// <summary>Rises with each wait for events.</summary>
    public long Turn { get; set; }

    /// <summary>Clients given to this loop that have not ended. From any thread.</summary>
    public int Load => Volatile.Read(ref _load);

    public long Now => context.Time.GetTimestamp();

    public void Loaded() => Interlocked.Increment(ref _load);

    public void OnUnloaded() => Interlocked.Decrement(ref _load);
}
