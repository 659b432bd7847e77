using System.Text.RegularExpressions;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>docs/spec/process-contract.md 1: programs that run on terminals.</summary>
public sealed partial class TerminalTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private TestCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await TestCluster.StartAsync(new ClusterShape
    {
        Specification = $$"""{ {{ClusterShape.SmallServers}}, {{ClusterShape.ShortTimes}} }""",
        Keepers = 2,
        Sentinels = 1,
        OnTerminals = true,
    });

    public ValueTask DisposeAsync() => _cluster.DisposeAsync();

    [Fact]
    public async Task A_cluster_lives_on_when_nobody_reads_its_terminals_any_more()
    {
        var primary = await _cluster.PrimaryAsync();
        var standby = _cluster.Others(primary).Single();
        await LooksAsItShouldAsync(primary);

        foreach (var (program, terminal) in _cluster.Terminals)
        {
            await terminal.StopReadingAsync(program);
        }

        await Terminal.BlockedAsync(primary.Process, Patience);
        await Terminal.BlockedAsync(standby.Process, Patience);
        await _cluster.Ctl.PatchAsync("""{"pgParameters":{"work_mem":"7MB"}}""");
        foreach (var keeper in _cluster.Keepers)
        {
            await Eventually.BeAsync(
                "7MB", () => keeper.AskAsync("show work_mem"), Patience, $"{keeper.Uid} has the new parameter");
        }

        await using var writer = await _cluster.WriteRowsAsync();
        await primary.KillWithPostgresAsync();
        Assert.Equal(standby, await _cluster.SuccessorAsync(primary, Patience));
        await writer.ProceedsAsync(Patience);

        Assert.Equal(0, await standby.Process.StopAsync(Patience));
        Assert.Equal(0, await _cluster.Sentinels[0].StopAsync(Patience));
        Assert.Equal(0, await _cluster.Proxy.Process.StopAsync(Patience));
    }

    /// <summary>Lines in colour, and nothing else that steers a terminal.</summary>
    private async Task LooksAsItShouldAsync(Keeper primary)
    {
        var terminal = _cluster.Terminals[primary.Process];
        await Eventually.BeTrueAsync(
            () => terminal.Text.Contains("postgres parameters not changed"), Patience, "the keeper says how it is");
        Assert.Matches(
            "\t\e\\[34mINFO\e\\[0m\t[^\t]+\tour db requested role is master\r\n"
            + "[^\n]*\t\e\\[34mINFO\e\\[0m\t[^\t]+\talready master\r\n"
            + "[^\n]*\t\e\\[34mINFO\e\\[0m\t[^\t]+\tpostgres parameters not changed\r\n",
            terminal.Text);
        Assert.All(_cluster.Terminals.Values, t => Assert.DoesNotContain('\e', ColouredLevel().Replace(t.Text, "")));
    }

    [GeneratedRegex("\t\e\\[3[1-5]m[A-Z]+\e\\[0m\t", RegexOptions.CultureInvariant)]
    private static partial Regex ColouredLevel();
}
