using Stolon.Agents.Ports.Proxy;

namespace Stolon.Agents.Proxy;

/// <summary>One port and its present destinations, which several activities change.</summary>
public sealed class ProxyPort(IForwarder forwarder)
{
    private readonly Lock _lock = new();
    private IReadOnlyList<Destination> _present = [];

    public IForwarder Forwarder => forwarder;

    /// <summary>It has a destination.</summary>
    public bool Open
    {
        get
        {
            lock (_lock)
            {
                return _present.Count > 0;
            }
        }
    }

    public void Route(IReadOnlyList<Destination> destinations, CutCause cause)
    {
        lock (_lock)
        {
            _present = destinations;
            forwarder.Route(destinations, cause);
        }
    }

    /// <summary>Removes the destinations for which <paramref name="remove"/> is true.</summary>
    public void Cut(Func<Destination, bool> remove, CutCause cause)
    {
        lock (_lock)
        {
            var kept = _present.Where(d => !remove(d)).ToList();
            if (kept.Count < _present.Count)
            {
                Route(kept, cause);
            }
        }
    }
}
