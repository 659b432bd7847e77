using System.Globalization;
using Stolon.Simulation.World;

namespace Stolon.Simulation.Tests;

/// <summary>Runs ranges of seeds, each simulation on its own thread.</summary>
internal static class Seeds
{
    public static IReadOnlyList<SimulationResult> Run(int first, int count, Sabotage sabotage = Sabotage.None) =>
        [.. Enumerable.Range(first, count).AsParallel().AsOrdered().Select(seed => SimulationRun.Of(seed, sabotage))];

    /// <summary>The first of these seeds that this checker catches; null: none.</summary>
    public static SimulationResult? FirstCaught(string checker, Sabotage sabotage, int first, int count) =>
        Enumerable.Range(first, count)
            .Select(seed => SimulationRun.Of(seed, sabotage))
            .FirstOrDefault(r => r.Violations.Any(v => v.StartsWith(checker, StringComparison.Ordinal)));

    /// <summary>A number from the environment.</summary>
    public static int Setting(string name, int standard) =>
        int.TryParse(
            Environment.GetEnvironmentVariable(name), NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : standard;
}
