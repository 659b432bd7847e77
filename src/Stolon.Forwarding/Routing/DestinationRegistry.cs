using System.Net;
using Stolon.Agents.Ports.Proxy;

namespace Stolon.Forwarding.Routing;

/// <summary>All destinations that a port has had, for its metrics. If there are too many, the oldest unused ones are
/// removed.</summary>
internal sealed class DestinationRegistry(int loops, TimeProvider time)
{
    /// <summary>Addresses may change for years; the metrics must not grow without limit.</summary>
    private const int MaxRemembered = 64;

    private readonly Lock _gate = new();
    private readonly List<DestinationState> _all = [];

    public IReadOnlyList<DestinationState> All
    {
        get
        {
            lock (_gate)
            {
                return [.. _all];
            }
        }
    }

    public RouteTable Update(IReadOnlyList<Destination> destinations)
    {
        lock (_gate)
        {
            // Copy the address, because an IPEndPoint is mutable.
            var routes = destinations
                .Select(d => d with { Address = new IPEndPoint(d.Address.Address, d.Address.Port) })
                .Select(d => (d, StateOf(d.Address)))
                .ToList();
            var now = time.GetTimestamp();
            _all.ForEach(s => s.Clock.SetRole(routes.Find(r => r.Item2 == s).Item1?.Role, now));
            var forgotten = _all.Where(s => s.Connections == 0 && !routes.Exists(r => r.Item2 == s))
                .Take(Math.Max(0, _all.Count - MaxRemembered)).ToList();
            forgotten.ForEach(s => _all.Remove(s));
            return new RouteTable(routes);
        }
    }

    private DestinationState StateOf(IPEndPoint address)
    {
        var state = _all.Find(s => s.Address.Equals(address));
        if (state is null)
        {
            state = new DestinationState(address, loops, time);
            _all.Add(state);
        }

        return state;
    }
}
