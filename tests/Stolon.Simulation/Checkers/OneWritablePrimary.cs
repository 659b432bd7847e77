using System.Net;
using Stolon.Agents.Ports.Proxy;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Checkers;

/// <summary>Clients never reach more than one server that accepts writes, through all proxies together. A read-only
/// port that falls back to the primary counts.</summary>
internal sealed class OneWritablePrimary(SimulatedWorld world)
{
    /// <summary>Called when a moment of virtual time is complete.</summary>
    public void Check()
    {
        string? first = null;
        foreach (var proxy in world.Proxies)
        {
            foreach (var destination in Reached(proxy))
            {
                if (world.ServerAt(destination, proxy.Name) is not { TakesWrites: true, Host.Name: var host })
                {
                    continue;
                }

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

    private static IEnumerable<IPEndPoint> Reached(ProxyNode proxy)
    {
        if (proxy.Forwarder?.Reaches is { } destination)
        {
            yield return destination;
        }

        foreach (var fallback in proxy.Readers?.ReachesAll ?? [])
        {
            if (fallback.Role == DestinationRole.Primary)
            {
                yield return fallback.Address;
            }
        }
    }
}
