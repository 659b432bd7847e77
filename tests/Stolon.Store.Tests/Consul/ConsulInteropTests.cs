using System.Text;
using Stolon.Agents.Ports.Store;
using Stolon.Core.Model;
using Stolon.Store.Contract;
using Stolon.Testing;
using Stolon.Testing.Consul;
using Stolon.Wire;

namespace Stolon.Store.Tests.Consul;

/// <summary>Our programs beside the original's, as in a partly upgraded cluster.</summary>
public sealed class ConsulInteropTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(20);
    private readonly string _cluster = $"interop{Guid.NewGuid():N}";
    private readonly ConsulApi _api;
    private readonly StoreClient _ours;
    private readonly string _office;

    public ConsulInteropTests(SharedConsul consul)
    {
        _api = consul.Server.Api;
        _ours = SharedConsul.Client(_cluster, consul.Server.Endpoint);
        _office = SharedConsul.Paths(_cluster).SentinelLeader;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _ours.Dispose();

    [Fact]
    public async Task Our_candidate_waits_for_a_Go_leader_and_succeeds_it()
    {
        await using var other = await LeaderFromGoAsync();
        Assert.Equal("from-go", await _ours.Election.LeaderAsync(Token));
        var campaign = _ours.Election.CampaignAsync("ours", Token);
        Assert.False(campaign.IsCompleted);

        await other.UnlockAsync();

        await Eventually.CompleteAsync(campaign, Soon, "ours is elected");
        await using var leadership = await campaign;
        Assert.True(leadership.Held);
        Assert.Equal("ours", await _ours.Election.LeaderAsync(Token));
        Assert.Equal("ours", await _api.ValueAsync(_office));
        Assert.False(await other.IsLeaderAsync());
    }

    [Fact]
    public async Task Our_candidate_succeeds_a_Go_leader_whose_session_ends()
    {
        await using var other = await LeaderFromGoAsync();
        var campaign = _ours.Election.CampaignAsync("ours", Token);

        await _api.PutAsync($"/v1/session/destroy/{other.SessionId}");

        await Eventually.CompleteAsync(campaign, Soon, "ours is elected");
        await (await campaign).DisposeAsync();
    }

    [Fact]
    public async Task A_Go_candidate_waits_for_our_leader_and_succeeds_it()
    {
        var leadership = await _ours.Election.CampaignAsync("ours", Token);
        await using var other = await ConsulGoLock.BeginAsync(_api, _office, "from-go");
        Assert.Equal("ours", await _api.ValueAsync(_office));
        Assert.False(other.Locked.IsCompleted);

        await leadership.DisposeAsync();

        await Eventually.CompleteAsync(other.Locked, Soon, "Go's candidate is elected");
        Assert.Equal("from-go", await _ours.Election.LeaderAsync(Token));
        Assert.True(await other.IsLeaderAsync());
    }

    [Fact]
    public async Task Our_lock_and_its_session_are_as_the_original_makes_them()
    {
        var leadership = await _ours.Election.CampaignAsync("ours", Token);

        var entry = await _api.EntryAsync(_office);
        Assert.Equal(ConsulGoLock.Flags, entry!["Flags"]!.GetValue<ulong>());
        Assert.Equal(leadership.Fence, new LeaderFence(_office, entry["Session"]!.GetValue<string>()));
        var session = (await _api.GetAsync($"/v1/session/info/{entry["Session"]}"))![0]!;
        Assert.Equal(
            ("release", "10s", 1_000_000),
            (session["Behavior"]!.GetValue<string>(), session["TTL"]!.GetValue<string>(),
                session["LockDelay"]!.GetValue<int>()));

        await leadership.DisposeAsync();

        // The original reads only the value, so it must not name a leader that has gone.
        Assert.Equal("", await _api.ValueAsync(_office));
        Assert.Empty((await _api.GetAsync($"/v1/session/info/{entry["Session"]}"))!.AsArray());
    }

    [Fact]
    public async Task A_leader_whose_session_is_ended_loses_at_once_and_its_fence_is_refused()
    {
        await using var leadership = await _ours.Election.CampaignAsync("ours", Token);

        await _api.PutAsync($"/v1/session/destroy/{leadership.Fence.Token}");

        Assert.IsType<SwapResult.Conflict>(
            await _ours.Store.CompareAndSwapAsync(Samples.Data(), null, leadership.Fence, Token));
        await Eventually.CompleteAsync(leadership.Lost, Soon, "Lost completes");
        Assert.False(leadership.Held);
    }

    [Fact]
    public async Task A_candidate_waits_for_the_lock_delay_of_another_client()
    {
        var session = await ConsulGoLock.SessionAsync(_api, "release", lockDelay: "3s");
        await _api.PutAsync($"/v1/kv/{_office}?acquire={session}&flags={ConsulGoLock.Flags}", "other");
        var campaign = _ours.Election.CampaignAsync("ours", Token);

        await _api.PutAsync($"/v1/session/destroy/{session}");
        Assert.False(campaign.IsCompleted);

        await Eventually.CompleteAsync(campaign, Soon, "ours is elected");
        await (await campaign).DisposeAsync();
    }

    [Fact]
    public async Task Reports_of_the_original_are_read_and_taken_over_and_vice_versa()
    {
        var member = new Member(Component.Keeper);
        var key = SharedConsul.Paths(_cluster).KeeperReport(member.Uid);
        await ConsulGoLock.PutInfoAsync(_api, key, Json(Samples.Keeper(member, "go1")));
        var theirs = (await _api.EntryAsync(key))!["Session"]!.GetValue<string>();
        Assert.Equal("go1", await InfoAsync());

        await _ours.Store.PublishAsync(Samples.Keeper(member, "ours1"), Life, Token);
        var entry = await _api.EntryAsync(key);
        Assert.NotEqual(theirs, entry!["Session"]!.GetValue<string>());
        Assert.Equal(ConsulGoLock.Flags, entry["Flags"]!.GetValue<ulong>());
        Assert.Equal("ours1", await InfoAsync());

        await _api.PutAsync($"/v1/session/destroy/{theirs}");
        Assert.Equal("ours1", await InfoAsync());
        await ConsulGoLock.PutInfoAsync(_api, key, Json(Samples.Keeper(member, "go2")));
        Assert.Equal("go2", await InfoAsync());
        await _ours.Store.PublishAsync(Samples.Keeper(member, "ours2"), Life, Token);
        Assert.Equal("ours2", await InfoAsync());
        Assert.Equal($"{entry["Session"]}", $"{(await _api.EntryAsync(key))!["Session"]}");
    }

    [Fact]
    public async Task Our_reports_session_deletes_them_as_the_originals_does()
    {
        var member = new Member(Component.Proxy);
        var key = SharedConsul.Paths(_cluster).ProxyReport(member.Uid);
        await _ours.Store.PublishAsync(Samples.Proxy(member), Life, Token);

        var id = (await _api.EntryAsync(key))!["Session"]!.GetValue<string>();
        var session = (await _api.GetAsync($"/v1/session/info/{id}"))![0]!;
        Assert.Equal(
            ("delete", "10s"), (session["Behavior"]!.GetValue<string>(), session["TTL"]!.GetValue<string>()));
        await _api.PutAsync($"/v1/session/destroy/{id}");
        Assert.Empty(await _ours.Store.ReadProxiesAsync(Token));

        // A report whose session was destroyed is written with a new one.
        await _ours.Store.PublishAsync(Samples.Proxy(member), Life, Token);
        Assert.Single(await _ours.Store.ReadProxiesAsync(Token));
        Assert.NotNull((await _api.EntryAsync(key))!["Session"]);
    }

    [Fact]
    public async Task Cluster_data_written_by_the_original_are_read_and_replaced_under_the_lock()
    {
        var key = SharedConsul.Paths(_cluster).ClusterData;
        await _api.PutAsync(
            $"/v1/kv/{key}?cas=0&flags={ConsulGoLock.Flags}",
            Encoding.UTF8.GetString(WireFormat.Write(Samples.Data("go"))));
        var found = Assert.IsType<ClusterDataRead.Found>(await _ours.Store.ReadAsync(Token));
        Assert.Equal(new ClusterUid("go"), found.Data.Cluster.Uid);
        await using var leadership = await _ours.Election.CampaignAsync("ours", Token);

        var stored = Assert.IsType<SwapResult.Stored>(
            await _ours.Store.CompareAndSwapAsync(Samples.Data("ours"), found.Revision, leadership.Fence, Token));

        var entry = await _api.EntryAsync(key);
        Assert.Equal(stored.Revision.Value, entry!["ModifyIndex"]!.ToString());
        Assert.Equal(ConsulGoLock.Flags, entry["Flags"]!.GetValue<ulong>());
    }

    private static string Json(KeeperReport report) => Encoding.UTF8.GetString(WireFormat.Write(report));

    private async Task<string> InfoAsync() =>
        Assert.Single(await _ours.Store.ReadKeepersAsync(Token)).Value.InfoUid;

    private async Task<ConsulGoLock> LeaderFromGoAsync()
    {
        var other = await ConsulGoLock.BeginAsync(_api, _office, "from-go");
        await Eventually.CompleteAsync(other.Locked, Soon, "Go's candidate leads");
        return other;
    }
}
