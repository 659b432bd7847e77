using Stolon.Simulation.Checkers;
using Stolon.Simulation.World;
using Xunit;

namespace Stolon.Simulation.Tests;

/// <summary>The simulator is deterministic, and its checkers find the defects that they are made for.</summary>
public sealed class SimulatorTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    public void The_same_seed_gives_the_same_trace(int seed)
    {
        var first = SimulationRun.Of(seed);
        var second = SimulationRun.Of(seed);

        Assert.NotEmpty(first.Trace);
        Assert.Equal(first.Trace, second.Trace);
        Assert.Equal(first.Steps, second.Steps);
    }

    [Fact]
    public void Different_seeds_give_different_traces() =>
        Assert.NotEqual(SimulationRun.Of(7).Trace, SimulationRun.Of(8).Trace);

    [Fact]
    public void A_handover_without_the_step_in_which_proxies_close_is_caught() =>
        IsCaught(nameof(OneWritablePrimary), Sabotage.SkipEmptyTarget, likely: 49);

    [Fact]
    public void A_proxy_that_ignores_its_deadline_is_caught() =>
        IsCaught(nameof(OneWritablePrimary), Sabotage.IgnoreProxyDeadline, likely: 68);

    [Fact]
    public void Commits_acknowledged_before_the_standbys_have_them_are_caught() =>
        IsCaught(nameof(NoLostCommit), Sabotage.AcknowledgeBeforeStandbys, likely: 0);

    [Fact]
    public void A_read_only_port_that_keeps_a_standby_when_it_is_elected_is_caught() =>
        IsCaught(nameof(ReadersLeaveThePrimary), Sabotage.KeepElectedStandbys, likely: 0);

    [Fact]
    public void An_old_copy_that_is_deleted_before_its_clone_is_complete_is_caught() =>
        IsCaught(nameof(LastCopy), Sabotage.EraseBeforeCloneIsComplete, likely: 4);

    /// <summary>Tries the likely seed first, then 200 others: that search takes minutes.</summary>
    private void IsCaught(string checker, Sabotage sabotage, int likely)
    {
        var caught = Seeds.FirstCaught(checker, sabotage, likely, 1) ?? Seeds.FirstCaught(checker, sabotage, 1, 200);

        Assert.NotNull(caught);
        output.WriteLine($"{sabotage} is caught by seed {caught.Options.Seed}: {caught.Violations[0]}");
    }
}
