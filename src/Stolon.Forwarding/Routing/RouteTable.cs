using Stolon.Agents.Ports.Proxy;

namespace Stolon.Forwarding.Routing;

/// <summary>Where new clients may go. It never changes; a change of routes is another table.</summary>
internal sealed class RouteTable(IReadOnlyList<(Destination Route, DestinationState State)> entries)
{
    public static readonly RouteTable Nowhere = new([]);

    public IReadOnlyList<(Destination Route, DestinationState State)> Entries => entries;

    /// <summary>The addresses in one order, for people.</summary>
    public string Names { get; } =
        string.Join(", ", entries.Select(e => e.Route.Address.ToString()).Order(StringComparer.Ordinal));

    public bool Has(DestinationState destination)
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

    /// <summary>Of those that have answered lately, or else of the others: the lowest rank, the fewest connections
    /// there, and of equals the one not chosen for longest: short connections, one after the other, are spread
    /// too.</summary>
    /// <param name="tried">Not one of these.</param>
    /// <returns>Null: there is none.</returns>
    public DestinationState? Choose(List<DestinationState>? tried, long now)
    {
        DestinationState? best = null;
        var bestKey = (true, int.MaxValue, int.MaxValue, long.MaxValue);
        foreach (var (route, state) in entries)
        {
            if (tried is null || !tried.Contains(state))
            {
                var key = (state.FailedLately(now), route.Rank, state.Connections, state.ChosenAt);
                if (best is null || key.CompareTo(bestKey) < 0)
                {
                    (best, bestKey) = (state, key);
                }
            }
        }

        return best;
    }
}
