using System.Net;
using Stolon.Core.Keeper;
using Stolon.Ports.Keeper;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Postgres;

/// <summary>A machine with one keeper's disk and PostgreSQL: what outlives the keeper's process.</summary>
internal sealed class SimulatedHost(SimulatedWorld world, string name, int number) : ILocalStateFiles
{
    private KeeperState _keeper = new(null, null);
    private InstanceState _instance = InstanceState.Empty;
    private int _lastProcessId = 1000;

    /// <summary>Of the keeper, also in the network.</summary>
    public string Name { get; } = name;

    public ServerAddress Address { get; } = new($"10.0.0.{number}", "5432");

    public IPEndPoint EndPoint { get; } = new(new IPAddress([10, 0, 0, (byte)number]), 5432);

    /// <summary>Null: none, or not completely initialised.</summary>
    public DataDirectory? Data { get; set; }

    /// <summary>Something is in the data directory, initialised or not.</summary>
    public bool HasFiles { get; set; }

    /// <summary>The keeper may not log in to its server, which serves: its password was changed.</summary>
    public bool Barred { get; set; }

    /// <summary>Null: no server process.</summary>
    public SimulatedServer? Server { get; private set; }

    public KeeperState ReadKeeper() => _keeper;

    public InstanceState ReadInstance() => _instance;

    public void Write(KeeperState state) => _keeper = state;

    public void Write(InstanceState state) => _instance = state;

    public SimulatedServer StartServer(ServerConfiguration configuration)
    {
        Server = new SimulatedServer(world, this, ++_lastProcessId, configuration);
        return Server;
    }

    /// <summary>The server process has ended, in order or not.</summary>
    public void ServerEnded(string how)
    {
        if (Server is { } server)
        {
            world.Trace.Write(Name, $"PostgreSQL {how} at {server.Data.End}, timeline {server.Data.Timeline}");
            Server = null;
            server.End();
        }
    }
}
