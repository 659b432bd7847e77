using Stolon.Agents.Ports.Proxy;

namespace Stolon.Agents.Proxy;

/// <summary>One port, and where it was last told to lead: several activities open and close it.</summary>
public sealed class ProxyPort(IForwarder forwarder)
{
    private readonly Lock _lock = new();
    private IReadOnlyList<Destination> _present = [];

    public IForwarder Forwarder => forwarder;

    /// <summary>It leads somewhere.</summary>
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

    /// <summary>Leads nowhere new, and no more where <paramref name="remove"/> says so.</summary>
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
