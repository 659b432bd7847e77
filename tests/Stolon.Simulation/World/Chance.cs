using Stolon.Core.Common;

namespace Stolon.Simulation.World;

/// <summary>All randomness of one simulation, from its seed. Streams with different numbers are independent.</summary>
internal sealed class Chance(int seed, int stream) : IIdSource
{
    // The seeded generator of the base library always gives the same numbers (its documentation, "Remarks").
    private readonly Random _random = new(unchecked((seed * 1_000_003) + stream));

    public bool Of(double probability) => _random.NextDouble() < probability;

    /// <summary>From min to max, both included.</summary>
    public int Between(int min, int max) => _random.Next(min, max + 1);

    public TimeSpan Seconds(double min, double max) =>
        TimeSpan.FromMilliseconds(Math.Round(1000 * (min + ((max - min) * _random.NextDouble()))));

    /// <summary>In milliseconds with microsecond resolution, so that few events happen at the same moment.</summary>
    public TimeSpan Milliseconds(double min, double max) =>
        TimeSpan.FromMicroseconds(Math.Round(1000 * (min + ((max - min) * _random.NextDouble()))));

    public T OneOf<T>(IReadOnlyList<T> items) => items[_random.Next(items.Count)];

    public string NextUid() => _random.Next().ToString("x8");

    public string NextUuid() => $"{_random.Next():x8}-{_random.Next():x8}";

    public int NextNumber(int limit) => _random.Next(limit);
}
