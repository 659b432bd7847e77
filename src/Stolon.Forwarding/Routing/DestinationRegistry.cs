using System.Net;
using Stolon.Agents.Ports.Proxy;

namespace Stolon.Forwarding.Routing;

/// <summary>Every destination a port has had, for its figures; the oldest are forgotten when there are too
/// many.</summary>
internal sealed class DestinationRegistry(int loops, TimeProvider time)
{
    /// <summary>Addresses may change for years; a metrics page must not grow for years.</summary>
    private const int MostRemembered = 64;

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

    public RouteTable Enter(IReadOnlyList<Destination> destinations)
    {
        lock (_gate)
        {
            // A copy: an IPEndPoint can be changed by who gave it.
            var routes = destinations
                .Select(d => d with { Address = new IPEndPoint(d.Address.Address, d.Address.Port) })
                .Select(d => (d, StateOf(d.Address)))
                .ToList();
            var now = time.GetTimestamp();
            _all.ForEach(s => s.Clock.Turn(routes.Find(r => r.Item2 == s).Item1?.Role, now));
            var forgotten = _all.Where(s => s.Connections == 0 && !routes.Exists(r => r.Item2 == s))
                .Take(Math.Max(0, _all.Count - MostRemembered)).ToList();
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
