using Stolon.Simulation.World;

namespace Stolon.Simulation.Checkers;

/// <summary>At no moment do clients, through all proxies together, reach more than one server that takes their
/// writes.</summary>
internal sealed class OneWritablePrimary(SimulatedWorld world)
{
    /// <summary>Called when a moment of virtual time is complete.</summary>
    public void Check()
    {
        string? first = null;
        foreach (var proxy in world.Proxies)
        {
            if (proxy.Forwarder?.Reaches is { } destination
                && world.ServerAt(destination, proxy.Name) is { TakesWrites: true, Host.Name: var host })
            {
                if (first is not null && first != host)
                {
                    world.Violated(
                        nameof(OneWritablePrimary), $"clients reach {first} and, through {proxy.Name}, {host}");
                    return;
                }

                first = host;
            }
        }
    }
}
