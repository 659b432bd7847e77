using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Stolon.Agents.Ports.Store;
using Stolon.Store.Contract;
using Stolon.Testing;
using Stolon.Testing.Kubernetes;
using Stolon.Wire;

namespace Stolon.Store.Tests.Kubernetes;

/// <summary>Our sentinels beside those of the original, as in a partly upgraded cluster.</summary>
public sealed partial class KubernetesInteropTests(SharedKubernetes kubernetes) : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    /// <summary>Shorter than the original's 15 s, to save time.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(6);

    private readonly string _cluster = $"i{Guid.NewGuid():N}";
    private readonly List<StoreClient> _clients = [];
    private TimeSpan _goAhead;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private KubernetesRig Rig => kubernetes.Rig;

    public void Dispose() => _clients.ForEach(c => c.Dispose());

    [Fact]
    public async Task Our_record_is_what_client_go_writes()
    {
        await using var leadership = await Ours(1).Election.CampaignAsync("ours", Token);

        Assert.Matches(Record(), await Rig.AnnotationAsync(_cluster, KubeApi.Leader));
    }

    [Fact]
    public async Task A_renewal_keeps_the_term_and_all_foreign_members()
    {
        await using var leadership = await Ours(1).Election.CampaignAsync("ours", Token);
        var before = (await Rig.RecordAsync(_cluster))!;
        await Rig.Server.Api.AnnotateAsync(_cluster, "somebody.example/else", "stays");

        var after = await Eventually.SeeAsync(
            async () => (await Rig.RecordAsync(_cluster))!,
            seen => (string?)seen["renewTime"] != (string?)before["renewTime"],
            Soon,
            "the leader renews");

        Assert.Equal((string?)before["acquireTime"], (string?)after["acquireTime"]);
        Assert.Equal((int?)before["leaderTransitions"], (int?)after["leaderTransitions"]);
        Assert.Equal("stays", await Rig.AnnotationAsync(_cluster, "somebody.example/else"));
        Assert.True(leadership.Held);
    }

    [Fact]
    public async Task Our_candidate_waits_while_a_Go_leader_renews_and_succeeds_it_when_it_stops()
    {
        var other = Go("from-go");
        Assert.True(await other.TryAcquireOrRenewAsync());
        var campaign = Ours(1).Election.CampaignAsync("ours", Token);
        var renewed = 0;
        await Eventually.BeTrueAsync(
            async () =>
            {
                await Task.Delay(Lease / 4, Token);
                Assert.True(await other.TryAcquireOrRenewAsync());
                Assert.False(campaign.IsCompleted);
                return ++renewed == 6;
            },
            Lease * 3,
            "a lease and a half has passed");
        Assert.Equal("from-go", await Ours(2).Election.LeaderAsync(Token));

        await Eventually.CompleteAsync(campaign, Lease + Soon, "ours is elected");

        await using var leadership = await campaign;
        Assert.Equal(1, (int)(await Rig.RecordAsync(_cluster))!["leaderTransitions"]!);
        // The other one sees it at its next step.
        Assert.False(await other.TryAcquireOrRenewAsync());
        Assert.False(other.Leads);
    }

    [Fact]
    public async Task Our_candidate_succeeds_at_once_when_a_Go_leader_releases()
    {
        var other = Go("from-go");
        await other.TryAcquireOrRenewAsync();
        var campaign = Ours(1).Election.CampaignAsync("ours", Token);

        await other.ReleaseAsync();

        await Eventually.CompleteAsync(campaign, Lease / 2, "ours is elected before the lease is over");
        await (await campaign).DisposeAsync();
    }

    [Fact]
    public async Task A_Go_candidate_waits_for_our_leader_and_succeeds_it_when_it_resigns()
    {
        var leadership = await Ours(1).Election.CampaignAsync("ours", Token);
        var other = Go("from-go");
        Assert.False(await other.TryAcquireOrRenewAsync());

        await leadership.DisposeAsync();

        Assert.True(await other.TryAcquireOrRenewAsync());
        Assert.Equal("from-go", await Ours(2).Election.LeaderAsync(Token));
    }

    [Fact]
    public async Task A_leader_replaced_by_a_Go_sentinel_cannot_write_and_loses_its_leadership()
    {
        var ours = Ours(1);
        await using var leadership = await ours.Election.CampaignAsync("ours", Token);
        var other = Go("from-go");
        await other.TryAcquireOrRenewAsync();

        // Its clock runs ahead, so it wrongly takes over from a live leader.
        _goAhead = Lease * 2;
        Assert.True(await other.TryAcquireOrRenewAsync());

        Assert.IsType<SwapResult.Conflict>(
            await ours.Store.CompareAndSwapAsync(Samples.Data(), null, leadership.Fence, Token));
        await Eventually.CompleteAsync(leadership.Lost, Soon, "Lost completes");
    }

    [Fact]
    public async Task Writes_by_Go_and_by_us_exclude_each_other()
    {
        var ours = Ours(1).Store;
        var other = Go("from-go");
        await other.TryAcquireOrRenewAsync();
        Assert.True(await other.AtomicPutAsync(Text("go"), null));
        var read = Assert.IsType<ClusterDataRead.Found>(await ours.ReadAsync(Token));

        Assert.True(await other.AtomicPutAsync(Text("go again"), Text("go")));
        Assert.IsType<SwapResult.Conflict>(
            await ours.CompareAndSwapAsync(Samples.Data("ours"), read.Revision, null, Token));

        read = Assert.IsType<ClusterDataRead.Found>(await ours.ReadAsync(Token));
        Assert.IsType<SwapResult.Stored>(
            await ours.CompareAndSwapAsync(Samples.Data("ours"), read.Revision, null, Token));
        Assert.False(await other.AtomicPutAsync(Text("late"), Text("go again")));
        Assert.True(await other.AtomicPutAsync(Text("go last"), Text("ours")));
    }

    [Fact]
    public async Task The_election_publishes_events_of_gain_and_loss()
    {
        var leadership = await Ours(1).Election.CampaignAsync("ours", Token);
        await leadership.DisposeAsync();

        var events = await Eventually.SeeAsync(
            async () => (await Rig.Server.Api.FindAsync("/api/v1/namespaces/default/events"))!["items"]!.AsArray()
                .Where(e => (string?)e!["involvedObject"]!["name"] == $"stolon-cluster-{_cluster}").ToList(),
            seen => seen.Count == 2,
            Soon,
            "two events");

        Assert.Equal(
            ["ours became leader", "ours stopped leading"], events.Select(e => (string?)e!["message"]).Order());
        Assert.All(events, e => Assert.Equal("LeaderElection", (string?)e!["reason"]));
        Assert.All(events, e => Assert.Equal("stolon-sentinel", (string?)e!["source"]!["component"]));
        Assert.All(events, e => Assert.Equal("ConfigMap", (string?)e!["involvedObject"]!["kind"]));
    }

    [Fact]
    public async Task Of_two_pods_that_report_one_uid_the_one_that_has_not_ended_counts()
    {
        foreach (var (name, phase, info) in new[] { ("a-new", "Running", "new"), ("b-old", "Failed", "old") })
        {
            await Rig.Server.Api.CreatePodAsync($"{_cluster}-{name}", "stolon-keeper", _cluster);
            await Rig.Server.Api.SendAsync(HttpMethod.Patch, $"/api/v1/namespaces/default/pods/{_cluster}-{name}",
                new JsonObject
                {
                    ["metadata"] = new JsonObject
                    {
                        ["annotations"] = new JsonObject
                        {
                            [KubeApi.Status] = $$"""{"infoUID":"{{info}}","uid":"k"}""",
                        },
                    },
                });
            await Rig.Server.Api.SetPhaseAsync($"{_cluster}-{name}", phase);
        }

        var keepers = await Ours(1).Store.ReadKeepersAsync(Token);

        Assert.Equal("new", Assert.Single(keepers).Value.InfoUid);
    }

    private static string Text(string uid) => System.Text.Encoding.UTF8.GetString(WireFormat.Write(Samples.Data(uid)));

    private StoreClient Ours(int number)
    {
        var client = Rig.Client(_cluster, new Member(Component.Sentinel, number), lease: Lease);
        _clients.Add(client);
        return client;
    }

    private GoElector Go(string identity) =>
        new(Rig.Server.Api, _cluster, identity, Lease, () => DateTimeOffset.UtcNow + _goAhead);

    [GeneratedRegex("^\\{\"holderIdentity\":\"ours\",\"leaseDurationSeconds\":6,"
        + "\"acquireTime\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\","
        + "\"renewTime\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ\",\"leaderTransitions\":0\\}$")]
    private static partial Regex Record();
}
