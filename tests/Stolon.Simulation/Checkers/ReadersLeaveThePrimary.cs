using Stolon.Agents.Ports.Proxy;
using Stolon.Core.Model;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Checkers;

/// <summary>A read-only port uses a server that accepts writes as a standby for at most proxyTimeout. An elected
/// standby accepts writes as soon as it is promoted. Its readers are disconnected when their proxy reads of the
/// election, or has read no cluster data for that time.</summary>
internal sealed class ReadersLeaveThePrimary(SimulatedWorld world)
{
    private readonly TimeSpan _limit = ClusterSettings.From(world.Options.Spec).ProxyTimeout;
    private readonly Dictionary<(string Proxy, string Host), TimeSpan> _since = [];

    /// <summary>Called when a moment of virtual time is complete.</summary>
    public void Check()
    {
        var writable = Writable().ToList();
        foreach (var over in _since.Keys.Except(writable).ToList())
        {
            _since.Remove(over);
        }

        foreach (var pair in writable)
        {
            _since.TryAdd(pair, world.Scheduler.Now);
            if (world.Scheduler.Now - _since[pair] > _limit)
            {
                world.Violated(
                    nameof(ReadersLeaveThePrimary),
                    $"{pair.Proxy} still forwards readers to {pair.Host}, which accepts writes");
                return;
            }
        }
    }

    private IEnumerable<(string Proxy, string Host)> Writable()
    {
        foreach (var proxy in world.Proxies)
        {
            foreach (var standby in proxy.Readers?.ReachesAll ?? [])
            {
                if (standby.Role == DestinationRole.Standby
                    && world.ServerAt(standby.Address, proxy.Name) is { TakesWrites: true, Host.Name: var host })
                {
                    yield return (proxy.Name, host);
                }
            }
        }
    }
}
