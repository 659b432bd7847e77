using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Election;
using Stolon.Store.Etcd;
using Stolon.Testing;

namespace Stolon.Store.Tests.Etcd;

/// <summary>Our candidates beside those of etcd's own Go client, as in a partly upgraded cluster.</summary>
public sealed class EtcdElectionInteropTests(SharedEtcd etcd) : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);
    private readonly string _path = $"interop/{Guid.NewGuid():N}/sentinel-leader";
    private readonly EtcdKeyValueStore _store = etcd.Store();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Our_candidate_waits_for_a_Go_leader_and_succeeds_it()
    {
        using var other = Etcdctl("elect", _path, "from-go");
        await LeadsAsync("from-go");
        var campaign = Election().CampaignAsync("ours", Token);
        await CandidatesAsync(2);
        Assert.False(campaign.IsCompleted);

        other.Signal("INT");

        await Eventually.CompleteAsync(campaign, Soon, "ours is elected");
        await using var leadership = await campaign;
        Assert.True(leadership.Held);
        await LeadsAsync("ours");
    }

    [Fact]
    public async Task A_Go_candidate_waits_for_our_leader_and_succeeds_it()
    {
        var leadership = await Election().CampaignAsync("ours", Token);
        using var other = Etcdctl("elect", _path, "from-go");
        await CandidatesAsync(2);
        using var listener = Etcdctl("elect", "--listen", _path);
        await Eventually.BeTrueAsync(
            () => listener.Output.Contains("ours", StringComparison.Ordinal), Soon, "Go's observer sees our leader");
        Assert.DoesNotContain("from-go", other.Output, StringComparison.Ordinal);

        await leadership.DisposeAsync();

        await Eventually.BeTrueAsync(
            () => other.Output.Contains("from-go", StringComparison.Ordinal), Soon, "Go's candidate is elected");
        await LeadsAsync("from-go");
    }

    [Fact]
    public async Task Our_key_is_the_lease_in_hexadecimal_below_the_election_path()
    {
        await using var leadership = await Election().CampaignAsync("ours", Token);

        var (key, value, lease) = Assert.Single(await etcd.Server.Json.ListAsync(_path));

        Assert.Equal($"{_path}/{lease:x}", key);
        Assert.Equal("ours", value);
        Assert.Equal(key, leadership.Fence.Key);
    }

    [Fact]
    public async Task A_leader_whose_lease_is_revoked_loses_at_once_and_its_fence_is_refused()
    {
        await using var leadership = await Election().CampaignAsync("ours", Token);
        var (_, _, lease) = Assert.Single(await etcd.Server.Json.ListAsync(_path));

        await etcd.Server.Json.RevokeAsync(lease);

        Assert.IsType<SwapResult.Conflict>(await _store.SwapAsync(
            $"{_path}-data", Encoding.UTF8.GetBytes("late"), null, leadership.Fence, Token));
        await Eventually.CompleteAsync(leadership.Lost, TimeSpan.FromSeconds(3), "Lost completes");
        Assert.False(leadership.Held);
    }

    [Fact]
    public async Task A_key_recreated_under_our_name_is_not_our_leadership()
    {
        await using var leadership = await Election().CampaignAsync("ours", Token);

        await etcd.Server.Json.DeleteAsync(leadership.Fence.Key);
        await etcd.Server.Json.PutAsync(leadership.Fence.Key, "ours");

        await Eventually.CompleteAsync(leadership.Lost, Soon, "Lost completes");
        Assert.IsType<SwapResult.Conflict>(await _store.SwapAsync(
            $"{_path}-data", Encoding.UTF8.GetBytes("late"), null, leadership.Fence, Token));
    }

    private LeaseElection Election() => new(
        _store.LeaseServer, _path, LeaseElection.DefaultTimeToLive, TimeProvider.System, NullLogger.Instance);

    private Task LeadsAsync(string candidate) => Eventually.BeAsync(
        candidate, async () => await Election().LeaderAsync(Token), Soon, "the leader is known");

    private Task CandidatesAsync(int count) => Eventually.BeAsync(
        count, async () => (await etcd.Server.Json.ListAsync(_path)).Count, Soon, "candidates stand");

    /// <summary>etcd's own command line client, with the Go election that the original uses.</summary>
    private ServerProcess Etcdctl(params string[] arguments)
    {
        const string Program = "/usr/bin/etcdctl";
        return File.Exists(Program)
            ? ServerProcess.Start(
                "/usr/bin/env", ["ETCDCTL_API=3", Program, $"--endpoints={etcd.Server.Endpoint}", .. arguments])
            : throw new InvalidOperationException($"{Program} is missing: apt-get install etcd-client");
    }
}
