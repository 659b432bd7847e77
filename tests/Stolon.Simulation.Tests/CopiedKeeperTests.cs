using Stolon.Simulation.World;
using Xunit;

namespace Stolon.Simulation.Tests;

/// <summary>A keeper's disk is copied, and a second keeper with its uid runs from the copy for a while.</summary>
public sealed class CopiedKeeperTests
{
    private static readonly int First = Seeds.Setting("STOLON_SIM_FIRST", 1);
    private static readonly int Count = Seeds.Setting("STOLON_SIM_COPY_SEEDS", 12);

    [Fact]
    public void Clients_never_write_to_two_keepers_with_one_uid()
    {
        var failed = Enumerable.Range(First, Count).AsParallel().AsOrdered()
            .Select(seed => SimulationRun.Of(SimulationOptions.Draw(seed) with { Copies = true }))
            .Where(r => r.Violations.Count > 0)
            .ToList();

        Assert.True(
            failed.Count == 0,
            $"{failed.Count} of {Count} seeds failed:\n"
            + string.Join('\n', failed.Select(r => $"{r.Options.Seed}: {r.Violations[0]}"))
            + "\n\n" + failed.FirstOrDefault()?.Report());
    }
}
