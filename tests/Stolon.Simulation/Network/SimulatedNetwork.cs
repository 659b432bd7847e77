using Stolon.Simulation.World;

namespace Stolon.Simulation.Network;

/// <summary>The pairs of nodes that cannot reach each other, and the latency of messages.</summary>
internal sealed class SimulatedNetwork(Chance chance, double slowness)
{
    /// <summary>The store's name in the network.</summary>
    public const string Store = "store";

    private readonly Dictionary<(string, string), int> _cuts = [];

    /// <summary>Called after every cut and every repair.</summary>
    public List<Action> OnChange { get; } = [];

    public bool Connected(string a, string b) => a == b || !_cuts.ContainsKey(Pair(a, b));

    /// <summary>Cuts may overlap: each needs its own repair.</summary>
    public void Cut(string a, string b)
    {
        var pair = Pair(a, b);
        _cuts[pair] = _cuts.GetValueOrDefault(pair) + 1;
        NotifyAll();
    }

    public void Repair(string a, string b)
    {
        var pair = Pair(a, b);
        if (_cuts.TryGetValue(pair, out var cuts))
        {
            if (cuts == 1)
            {
                _cuts.Remove(pair);
            }
            else
            {
                _cuts[pair] = cuts - 1;
            }

            NotifyAll();
        }
    }

    /// <summary>The latency of one message.</summary>
    public TimeSpan Latency() =>
        chance.Of(0.02) ? chance.Milliseconds(10, 400 * slowness) : chance.Milliseconds(0.2, 10 * slowness);

    private void NotifyAll() => OnChange.ToList().ForEach(notify => notify());

    private static (string, string) Pair(string a, string b) =>
        string.CompareOrdinal(a, b) < 0 ? (a, b) : (b, a);
}
