using System.Net;
using Stolon.Core.Keeper;
using Stolon.Ports.Proxy;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Proxy;

/// <summary>A proxy's data path: where clients get through to, if anywhere.</summary>
internal sealed class SimulatedForwarder(SimulatedWorld world, SimulatedProcess process) : IForwarder
{
    private IPEndPoint? _destination;
    private int _connections;

    public SimulatedProcess Process => process;

    public bool Listening { get; private set; }

    /// <summary>Where a client's bytes go now; null: nowhere, for whatever reason.</summary>
    public IPEndPoint? Reaches => Listening && process.Alive && process.Context.Runs ? _destination : null;

    /// <summary>Another number: all connections there were have been closed.</summary>
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
        var destination = destinations.Count > 0 ? destinations[0].Address : null;
        if (Equals(_destination, destination) || (destination is null && DeadlineIgnored))
        {
            return;
        }

        _destination = destination;
        _connections++;
        world.Trace.Write(process.Name, $"-> {destination?.ToString() ?? "nowhere"}");
    }

    /// <summary>Nothing to do: a simulated client passes no byte through a process that has not had its turn.</summary>
    public void TrustUntil(long timestamp)
    {
    }

    public Task DrainAsync(CancellationToken cancellationToken)
    {
        StopListening();
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>While the store cannot be reached, only the deadline closes anything.</summary>
    private bool DeadlineIgnored =>
        world.Options.Sabotage == Sabotage.IgnoreProxyDeadline && !world.Store.ReachableFrom(process.Name);
}

/// <summary>Addresses in the simulation are numbers already.</summary>
internal sealed class SimulatedResolver : IAddressResolver
{
    public Task<IPEndPoint?> ResolveAsync(ServerAddress address, CancellationToken cancellationToken) =>
        Task.FromResult<IPEndPoint?>(IPEndPoint.Parse(address.ToString()));
}
