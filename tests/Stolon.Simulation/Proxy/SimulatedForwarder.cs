using System.Net;
using Stolon.Agents.Ports.Proxy;
using Stolon.Core.Keeper;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Proxy;

/// <summary>A port of a proxy, and the servers that clients reach through it.</summary>
internal sealed class SimulatedForwarder(SimulatedWorld world, SimulatedProcess process, string port = "")
    : IForwarder
{
    private IReadOnlyList<Destination> _destinations = [];
    private readonly List<Destination> _elected = [];
    private int _connections;

    public SimulatedProcess Process => process;

    public bool Listening { get; private set; }

    /// <summary>The server that a client's bytes reach now; null: none, for any reason.</summary>
    public IPEndPoint? Reaches => ReachesAll.Count > 0 ? ReachesAll[0].Address : null;

    /// <summary>All servers that a client's bytes may reach now.</summary>
    public IReadOnlyList<Destination> ReachesAll =>
        Listening && process.Alive && process.Context.Runs ? _destinations : [];

    /// <summary>A changed number means that all earlier connections were closed.</summary>
    public int Connections => _connections;

    public void Listen() => Listening = true;

    public void StopListening()
    {
        if (!DeadlineIgnored)
        {
            Listening = false;
        }
    }

    public void Route(IReadOnlyList<Destination> destinations, CutCause cause)
    {
        if (world.Options.Sabotage == Sabotage.KeepElectedStandbys)
        {
            destinations = WithElected(destinations, cause);
        }

        if (_destinations.Select(d => d.Address).SequenceEqual(destinations.Select(d => d.Address))
            || (destinations.Count == 0 && DeadlineIgnored))
        {
            return;
        }

        _destinations = destinations;
        _connections++;
        var where = string.Join(' ', destinations.Select(d => d.Address));
        world.Trace.Write(process.Name, $"{port}-> {(where.Length > 0 ? where : "nowhere")}");
    }

    /// <summary>Nothing to do: a simulated client passes no byte through a process that is frozen.</summary>
    public void LeaseUntil(long timestamp)
    {
    }

    public Task DrainAsync(CancellationToken cancellationToken)
    {
        StopListening();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>Adds the destinations that must not be used any more.</summary>
    private List<Destination> WithElected(IReadOnlyList<Destination> destinations, CutCause cause)
    {
        if (cause == CutCause.StandbyPromoted)
        {
            _elected.AddRange(_destinations.Where(d => destinations.All(n => !n.Address.Equals(d.Address))));
        }

        return [.. destinations, .. _elected.Where(e => destinations.All(d => !d.Address.Equals(e.Address)))];
    }

    /// <summary>While the store is unreachable, only the deadline closes connections.</summary>
    private bool DeadlineIgnored =>
        world.Options.Sabotage == Sabotage.IgnoreProxyDeadline && !world.Store.ReachableFrom(process.Name);
}

/// <summary>Addresses in the simulation are already numeric.</summary>
internal sealed class SimulatedResolver : IAddressResolver
{
    public Task<IPEndPoint?> ResolveAsync(ServerAddress address, CancellationToken cancellationToken) =>
        Task.FromResult<IPEndPoint?>(IPEndPoint.Parse(address.ToString()));
}
