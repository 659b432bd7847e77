using Stolon.Agents.Keeper;
using Stolon.Agents.Ports.Store;
using Stolon.Agents.Proxy;
using Stolon.Agents.Sentinel;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Simulation.Postgres;
using Stolon.Simulation.Proxy;
using Stolon.Simulation.Store;
using Stolon.Store.Election;
using Stolon.Store.KeyValue;

namespace Stolon.Simulation.World;

/// <summary>A node that runs an agent, one process after another.</summary>
internal abstract class Node(SimulatedWorld world, string name)
{
    public string Name => name;

    /// <summary>The present or latest process; null: never started.</summary>
    public SimulatedProcess? Process { get; private set; }

    public bool Runs => Process is { Alive: true };

    public void Start()
    {
        if (!Runs)
        {
            Process = SimulatedProcess.Start(world, name, RunAsync);
        }
    }

    protected abstract Task RunAsync(SimulatedProcess process, CancellationToken cancellationToken);

    protected KeyValueClusterStore StoreOf(StoreClient client) => new(client, world.Store.Paths);
}

/// <param name="uid">Null: the host's name.</param>
internal sealed class KeeperNode(SimulatedWorld world, SimulatedHost host, string? uid = null) : Node(world, host.Name)
{
    private readonly SimulatedWorld _world = world;

    public SimulatedHost Host => host;

    protected override Task RunAsync(SimulatedProcess process, CancellationToken cancellationToken) => new KeeperAgent(
        StoreOf(new StoreClient(_world, process)),
        new SimulatedPostgres(_world, process, host),
        host,
        new KeeperOptions
        {
            Uid = new KeeperUid(uid ?? host.Name),
            Identity = new KeeperIdentity
            {
                BootUuid = _world.Ids.NextUuid(),
                ListenAddress = host.Address.Host,
                Port = host.Address.Port,
                Advertised = host.Address,
                Superuser = new Login("stolon", "trust", null),
                Replication = new Login("repl", "trust", null),
            },
        },
        _world.Ids,
        process.Time,
        process.Logger).RunAsync(cancellationToken);
}

internal sealed class SentinelNode(SimulatedWorld world, string name) : Node(world, name)
{
    private readonly SimulatedWorld _world = world;

    protected override Task RunAsync(SimulatedProcess process, CancellationToken cancellationToken)
    {
        var client = new StoreClient(_world, process);
        IClusterStore store = StoreOf(client);
        return new SentinelAgent(
            _world.Options.Sabotage == Sabotage.SkipEmptyTarget ? new SkippingStore(store) : store,
            new LeaseElection(
                client,
                _world.Store.Paths.SentinelLeader,
                _world.Options.LeaseTimeToLive,
                process.Time,
                process.Logger),
            new SentinelOptions { Uid = new SentinelUid(_world.Ids.NextUid()), InitialSpec = _world.Options.Spec },
            _world.Ids,
            process.Time,
            process.Logger).RunAsync(cancellationToken);
    }
}

internal sealed class ProxyNode(SimulatedWorld world, string name) : Node(world, name)
{
    private readonly SimulatedWorld _world = world;

    /// <summary>Of the present or latest process; null: never started.</summary>
    public SimulatedForwarder? Forwarder { get; private set; }

    /// <summary>The read-only port. On proxy p2 it may fall back to the primary.</summary>
    public SimulatedForwarder? Readers { get; private set; }

    protected override Task RunAsync(SimulatedProcess process, CancellationToken cancellationToken)
    {
        Forwarder = new SimulatedForwarder(_world, process);
        Readers = new SimulatedForwarder(_world, process, "readers ");
        return new ProxyAgent(
            StoreOf(new StoreClient(_world, process)),
            new ProxyPorts(Forwarder, Readers),
            new SimulatedResolver(),
            new ProxyOptions { Uid = new ProxyUid(_world.Ids.NextUid()), ReadFromPrimary = Name == "p2" },
            _world.Ids,
            process.Time,
            process.Logger).RunAsync(cancellationToken);
    }
}
