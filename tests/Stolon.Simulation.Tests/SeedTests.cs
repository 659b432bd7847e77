using Xunit;

namespace Stolon.Simulation.Tests;

/// <summary>Many short simulations, each drawn from its seed. STOLON_SIM_FIRST and STOLON_SIM_SEEDS select the
/// seeds.</summary>
public sealed class SeedTests
{
    private static readonly int First = Seeds.Setting("STOLON_SIM_FIRST", 1);
    private static readonly int Count = Seeds.Setting("STOLON_SIM_SEEDS", 200);

    [Fact]
    public void Every_seed_keeps_one_writable_primary_and_every_commit_and_converges()
    {
        var results = Seeds.Run(First, Count);
        if (Environment.GetEnvironmentVariable("STOLON_SIM_TRACE") is { Length: > 0 } file)
        {
            File.WriteAllText(file, string.Join("\n\n", results.Select(r => r.Options + "\n" + r.Trace)));
        }

        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{results.Count} seeds, {results.Sum(r => r.Elapsed.TotalHours):F1} virtual hours, "
            + $"{results.Sum(r => r.Steps)} steps, {results.Sum(r => r.Acknowledged)} rows acknowledged");
        var failed = results.Where(r => r.Violations.Count > 0).ToList();
        Assert.True(
            failed.Count == 0,
            $"{failed.Count} of {results.Count} seeds failed:\n"
            + string.Join('\n', failed.Select(r => $"{r.Options.Seed}: {r.Violations[0]}"))
            + "\n\n" + failed.FirstOrDefault()?.Report());
    }
}
