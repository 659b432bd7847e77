using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Core.Model;
using Stolon.Store.Election;
using Stolon.Testing;
using Xunit;

namespace Stolon.Ctl.Tests.Commands;

/// <summary><c>stolonctl status --wait healthy</c>.</summary>
public sealed class StatusWaitTests : IDisposable
{
    private readonly CtlRunner _ctl = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _ctl.Dispose();

    [Fact]
    public async Task At_the_timeout_it_fails_with_one_line_that_names_what_is_missing()
    {
        await _ctl.Store.PutAsync(
            ClusterData.New(
                new ClusterUid("c1"), new ClusterSpec { InitMode = ClusterInitMode.New }, WallTime.Never), Token);

        Assert.Equal(
            CtlResult.Refused(
                "the cluster is not healthy after 1ms: no sentinel leads; the cluster is being initialized; "
                + "no primary is elected"),
            await _ctl.RunAsync("status", "--wait=healthy", "--timeout=1ms"));
    }

    [Theory]
    [InlineData("text")]
    [InlineData("json")]
    public async Task Without_cluster_data_it_fails_in_every_format(string format) => Assert.Equal(
        CtlResult.Refused("the cluster is not healthy after 1ms: no cluster data available"),
        await _ctl.RunAsync("status", "--wait=healthy", "--timeout=1ms", "-f", format));

    [Fact]
    public async Task It_waits_until_the_cluster_is_healthy_and_shows_it()
    {
        var election = new LeaseElection(
            _ctl.Keys, CtlRunner.Paths.SentinelLeader, LeaseElection.DefaultTimeToLive, TimeProvider.System,
            NullLogger.Instance);
        await using var leadership = await election.CampaignAsync("s1", Token);
        var waiting = _ctl.RunAsync("status", "--wait=healthy");
        Assert.False(waiting.IsCompleted);

        await _ctl.WriteAsync(CtlRunner.Paths.ClusterData, GoldenDocuments.Bytes("21-rejoined/clusterdata.json"));
        var result = await waiting;

        Assert.Equal((0, ""), (result.Code, result.Error));
        Assert.StartsWith("=== Active sentinels ===", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_waits_for_nothing_else() => Assert.Equal(
        CtlResult.Refused("--wait must be healthy, not \"ready\""), await _ctl.RunAsync("status", "--wait=ready"));
}
