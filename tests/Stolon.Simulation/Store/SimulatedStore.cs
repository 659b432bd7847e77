using Stolon.Agents.Ports.Store;
using Stolon.Core.Model;
using Stolon.Simulation.Network;
using Stolon.Simulation.World;
using Stolon.Store.InMemory;
using Stolon.Store.KeyValue;

namespace Stolon.Simulation.Store;

/// <summary>The store of a simulated cluster: bytes in memory, reached over the network, sometimes down.</summary>
internal sealed class SimulatedStore(SimulatedWorld world)
{
    private readonly InMemoryKeyValueStore _server = new(world.Time);

    public StorePaths Paths { get; } = new("stolon/cluster", "sim");

    public bool Up { get; private set; } = true;

    /// <summary>Called when the store goes down: watches break.</summary>
    public List<Action> OnOutage { get; } = [];

    public InMemoryKeyValueStore Server => _server;

    public void Outage(bool down)
    {
        Up = !down;
        world.Trace.Write(SimulatedNetwork.Store, down ? "goes down" : "is back");
        if (down)
        {
            OnOutage.ToList().ForEach(notify => notify());
        }
    }

    public bool ReachableFrom(string node) => Up && world.Network.Connected(node, SimulatedNetwork.Store);

    /// <summary>The present cluster data, without latency and faults; null: none.</summary>
    public ClusterData? Peek() =>
        new KeyValueClusterStore(_server, Paths).ReadAsync(CancellationToken.None).GetAwaiter().GetResult()
            is ClusterDataRead.Found found ? found.Data : null;
}
