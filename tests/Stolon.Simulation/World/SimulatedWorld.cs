using System.Net;
using Stolon.Core.Keeper;
using Stolon.Core.Model;
using Stolon.Simulation.Checkers;
using Stolon.Simulation.Clients;
using Stolon.Simulation.Network;
using Stolon.Simulation.Postgres;
using Stolon.Simulation.Scheduling;
using Stolon.Simulation.Store;

namespace Stolon.Simulation.World;

/// <summary>All parts of one simulated cluster.</summary>
internal sealed class SimulatedWorld
{
    private readonly List<string> _violations = [];
    private readonly GenerationsOnlyRise _generations;
    private readonly InvariantsHold _invariants;
    private int _systems;
    private InstanceUid? _primary;

    public SimulatedWorld(SimulationOptions options)
    {
        Options = options;
        Chance = new Chance(options.Seed, stream: 2);
        Ids = new Chance(options.Seed, stream: 3);
        Context = new SimulatedContext(Scheduler, "world");
        Time = new SimulatedTime(Scheduler, Context, TimeSpan.Zero);
        Trace = new Trace(Scheduler);
        Network = new SimulatedNetwork(new Chance(options.Seed, stream: 4), options.Slowness);
        Network.OnChange.Add(OnNetworkChanged);
        Store = new SimulatedStore(this);
        Hosts = [.. Enumerable.Range(1, options.Keepers).Select(i => new SimulatedHost(this, $"k{i}", i))];
        Keepers = [.. Hosts.Select(h => new KeeperNode(this, h))];
        Sentinels = [.. Enumerable.Range(1, options.Sentinels).Select(i => new SentinelNode(this, $"s{i}"))];
        Proxies = [.. Enumerable.Range(1, options.Proxies).Select(i => new ProxyNode(this, $"p{i}"))];
        LastCopy = new LastCopy(this);
        _generations = new GenerationsOnlyRise(this);
        _invariants = new InvariantsHold(this);
        Scheduler.MomentComplete = new OneWritablePrimary(this).Check;
        Scheduler.MomentComplete += new ReadersLeaveThePrimary(this).Check;
    }

    public SimulationOptions Options { get; }

    public Scheduler Scheduler { get; } = new();

    /// <summary>For events outside all agents: the network, the servers, the clients.</summary>
    public SimulatedContext Context { get; }

    public TimeProvider Time { get; }

    public Chance Chance { get; }

    public Chance Ids { get; }

    public Trace Trace { get; }

    public SimulatedNetwork Network { get; }

    public SimulatedStore Store { get; }

    public Ledger Ledger { get; } = new();

    public IReadOnlyList<SimulatedHost> Hosts { get; }

    public IReadOnlyList<KeeperNode> Keepers { get; }

    /// <summary>Keepers that run from a copy of another keeper's disk, with its uid.</summary>
    public List<KeeperNode> Copies { get; } = [];

    public IReadOnlyList<SentinelNode> Sentinels { get; }

    public IReadOnlyList<ProxyNode> Proxies { get; }

    public LastCopy LastCopy { get; }

    /// <summary>Called after every write that names another primary.</summary>
    public Action OnElection { get; set; } = () => { };

    public IEnumerable<Node> Nodes => [.. Keepers, .. Sentinels, .. Proxies];

    public IReadOnlyList<string> Violations => _violations;

    /// <summary>A checker found a violation; the run ends.</summary>
    public void Violated(string checker, string what)
    {
        _violations.Add($"{checker} at {Scheduler.Now.TotalSeconds:F3}: {what}");
        Trace.Write("!!", $"{checker}: {what}");
    }

    public string NextSystemIdentifier() => $"70000000000000000{++_systems:D2}";

    /// <summary>The server process at this address, in any state, if it can be reached from that node.</summary>
    public SimulatedServer? ServerAt(IPEndPoint address, string from) =>
        AllHosts.FirstOrDefault(h => h.EndPoint.Equals(address)) is { } host && Network.Connected(from, host.Name)
            ? host.Server
            : null;

    /// <inheritdoc cref="ServerAt(IPEndPoint,string)"/>
    public SimulatedServer? ServerAt(ServerAddress address, string from) =>
        ServerAt(IPEndPoint.Parse(address.ToString()), from);

    /// <summary>Called for each error that an agent logs.</summary>
    public void ErrorLogged(string text) => _invariants.Check(text);

    public void ClusterDataWritten(string by)
    {
        if (Store.Peek() is { } data)
        {
            _generations.Check(data);
            _invariants.Check(data);
            if (_primary != data.Cluster.Primary)
            {
                _primary = data.Cluster.Primary;
                OnElection();
            }
        }
        else
        {
            Violated("WireFormat", $"{by} wrote cluster data that cannot be read back");
        }
    }

    private IEnumerable<SimulatedHost> AllHosts => Hosts.Concat(Copies.Select(c => c.Host));

    /// <summary>A cut connection stays open until one side times out; after a repair it continues.</summary>
    private void OnNetworkChanged()
    {
        foreach (var connection in AllHosts.Select(h => h.Server?.Receiving).OfType<ReplicationConnection>())
        {
            if (connection.Connected)
            {
                connection.Ship();
            }
            else
            {
                Context.After(Chance.Seconds(10, 30), () => connection.GiveUpIfCut());
            }
        }
    }
}
