using System.Net;
using Stolon.Agents.Ports.Keeper;
using Stolon.Core.Keeper;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Postgres;

/// <summary>A machine with one keeper's disk and PostgreSQL: what outlives the keeper's process.</summary>
internal sealed class SimulatedHost(SimulatedWorld world, string name, int number) : ILocalStateFiles
{
    private readonly bool _hasSpace = new Chance(world.Options.Seed, stream: 6 + number).Of(0.7);

    private KeeperState _keeper = new(null, null);
    private InstanceState _instance = InstanceState.Empty;
    private int _lastProcessId = 1000;

    /// <summary>The keeper's name, also in the network.</summary>
    public string Name { get; } = name;

    public ServerAddress Address { get; } = new($"10.0.0.{number}", "5432");

    public IPEndPoint EndPoint { get; } = new(new IPAddress([10, 0, 0, (byte)number]), 5432);

    /// <summary>Null: none, or incomplete.</summary>
    public DataDirectory? Data { get; set; }

    /// <summary>A clone beside the data; null: none, or incomplete.</summary>
    public DataDirectory? Beside { get; set; }

    /// <summary>Data that a clone has replaced and that are kept; null: none.</summary>
    public DataDirectory? Replaced { get; set; }

    /// <summary>Null: no replacement is in progress.</summary>
    public ReplacementProgress? Replacement { get; set; }

    /// <summary>There is space for a clone beside the data. If not, the operator frees some when all faults are
    /// over.</summary>
    public bool HasSpace => _hasSpace || world.Scheduler.Now > world.Options.FaultsUntil;

    /// <summary>The data directory contains files, initialized or not.</summary>
    public bool HasFiles { get; set; }

    /// <summary>The server runs but rejects the keeper's login, because its password was changed.</summary>
    public bool LoginDenied { get; set; }

    /// <summary>Null: no server process.</summary>
    public SimulatedServer? Server { get; private set; }

    /// <summary>False: every other server rejects its standby (a wrong password, pg_hba.conf), although it is
    /// healthy.</summary>
    public bool WalAllowed { get; private set; } = true;

    /// <summary>Allows its standby to stream, or ends that.</summary>
    public void AllowWal(bool open)
    {
        WalAllowed = open;
        if (!open)
        {
            Server?.Receiving?.Close();
        }
    }

    public KeeperState ReadKeeper() => _keeper;

    public InstanceState ReadInstance() => _instance;

    public void Write(KeeperState state) => _keeper = state;

    public void Write(InstanceState state) => _instance = state;

    /// <summary>Another machine with a snapshot of this one's disk.</summary>
    public SimulatedHost Copy(int number) => new(world, $"{Name}-copy", number)
    {
        _keeper = _keeper,
        _instance = _instance,
        Data = Data?.Snapshot(),
        HasFiles = HasFiles,
    };

    public SimulatedServer StartServer(ServerConfiguration configuration)
    {
        Server = new SimulatedServer(world, this, ++_lastProcessId, configuration);
        return Server;
    }

    /// <summary>The server process has ended, cleanly or not.</summary>
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
