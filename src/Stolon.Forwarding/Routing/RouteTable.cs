using Stolon.Agents.Ports.Proxy;

namespace Stolon.Forwarding.Routing;

/// <summary>The destinations of new clients. Immutable: a change of routes creates a new table.</summary>
internal sealed class RouteTable(IReadOnlyList<(Destination Route, DestinationState State)> entries)
{
    public static readonly RouteTable Empty = new([]);

    public IReadOnlyList<(Destination Route, DestinationState State)> Entries => entries;

    /// <summary>The sorted addresses, for logs.</summary>
    public string AddressList { get; } =
        string.Join(", ", entries.Select(e => e.Route.Address.ToString()).Order(StringComparer.Ordinal));

    public bool Contains(DestinationState destination)
    {
        foreach (var entry in entries)
        {
            if (entry.State == destination)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Chooses a destination: prefers those that did not fail recently, then the lowest rank, then the fewest
    /// connections, then the one least recently chosen, so that consecutive short connections are spread too.</summary>
    /// <param name="tried">Destinations to exclude.</param>
    /// <returns>Null: none is left.</returns>
    public DestinationState? Choose(List<DestinationState>? tried, long now)
    {
        DestinationState? best = null;
        var bestKey = (true, int.MaxValue, int.MaxValue, long.MaxValue);
        foreach (var (route, state) in entries)
        {
            if (tried is null || !tried.Contains(state))
            {
                var key = (state.FailedRecently(now), route.Rank, state.Connections, state.LastChosenAt);
                if (best is null || key.CompareTo(bestKey) < 0)
                {
                    (best, bestKey) = (state, key);
                }
            }
        }

        return best;
    }
}
