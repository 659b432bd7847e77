using System.Text.Json.Nodes;
using Stolon.EndToEnd.Tests.Rig;
using Stolon.EndToEnd.Tests.Rig.Go;
using Stolon.Testing;

namespace Stolon.EndToEnd.Tests;

/// <summary>Our programs and the original's on one cluster. The original's are stand-ins that behave in the store by
/// the specification and share no code with ours.</summary>
public sealed class MixedFleetTests(MixedCluster fixture) : ClusterTest(fixture), IClassFixture<MixedCluster>
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task The_office_of_sentinel_passes_between_both_without_a_change_of_the_cluster()
    {
        await using var writer = await Cluster.WriteRowsAsync();
        await AddForeignMembersAsync();
        var before = await DataAsync();
        await using var tap = new StoreTap(Cluster.Etcd.Json, TestCluster.BasePath);
        await using var other = new GoSentinel(Cluster.Etcd.Json, TestCluster.BasePath);
        other.Start();
        await Cluster.SeeAsync(s => s.Sentinels.Count == 2, Soon, "the original's sentinel stands, too");
        Assert.NotEqual(other.Uid, (await Cluster.Ctl.StatusAsync()).LeadingSentinel);
        AssertForeignMembers(kept: true, await DataAsync());

        Assert.Equal(0, await Cluster.Sentinels[0].StopAsync(Soon));
        await Eventually.BeTrueAsync(() => other.Writes >= 3, Soon, "the original's sentinel leads and writes");
        AssertSame(before, await DataAsync());
        AssertForeignMembers(kept: false, await DataAsync());

        Cluster.Sentinels[0].Start();
        await Cluster.SeeAsync(s => s.Sentinels.Count == 2, Soon, "our sentinel stands again");
        Assert.Equal(other.Uid, (await Cluster.Ctl.StatusAsync()).LeadingSentinel);
        await other.StopAsync();
        var passed = (string)(await DataAsync())["changeTime"]!;
        await Eventually.BeTrueAsync(
            async () => (string)(await DataAsync())["changeTime"]! != passed, Soon, "our sentinel leads and writes");
        await Cluster.HealAsync();

        AssertSame(before, await DataAsync());
        Assert.Equal(0, writer.Failures);
        // It looks ten times a second: what was written just now it may not have seen yet.
        await Eventually.BeTrueAsync(
            () => tap.Documents["clusterdata"] > 4, Soon, "the documents of both sentinels are seen");
        Assert.Empty(tap.Problems);
    }

    [Fact]
    public async Task A_failover_from_our_keeper_to_the_originals_waits_for_its_proxy_and_back()
    {
        var json = Cluster.Etcd.Json;
        await using var tap = new StoreTap(json, TestCluster.BasePath);
        await using var proxy = new GoProxy(json, TestCluster.BasePath);
        proxy.Start();
        var former = await Cluster.PrimaryAsync();
        var heir = Cluster.Others(former).Single();
        var before = await DataAsync();
        await Eventually.BeAsync(
            Db(before, former), () => DestinationAsync(proxy), Soon, "the original's proxy is enabled");

        // Its standby is taken over by a keeper of the original, without a change.
        heir.Process.Kill();
        await using var keeper = new GoKeeper(json, TestCluster.BasePath, heir);
        keeper.Start();
        await Eventually.BeTrueAsync(
            async () => Boot(await DataAsync(), heir) != Boot(before, heir), Soon, "its keeper is known");
        await Cluster.SettleAsync(2, proxies: 2);
        AssertSameInstances(before, await DataAsync());

        await using var writer = await Cluster.WriteRowsAsync();
        proxy.Busy = true;
        await former.KillWithPostgresAsync();
        Assert.Equal(heir, await Cluster.SuccessorAsync(former, FailoverTime));
        await Eventually.BeTrueAsync(
            async () => Role(await DataAsync(), heir) == "master" && !await heir.IsStandbyAsync(),
            Soon,
            "the original's keeper promotes its standby");
        Assert.Equal("", Target(await DataAsync()));
        Assert.NotNull(proxy.Destination);

        proxy.Busy = false;
        await Eventually.BeAsync(
            Db(await DataAsync(), heir), () => DestinationAsync(proxy), Soon, "its proxy is sent to it");
        await writer.ReachesAsync(heir.Port, SwitchTime);

        // Our keeper follows the original's, and then another of ours takes that primary over as it is.
        former.Process.Start();
        await Cluster.SettleAsync(2, proxies: 2);
        Assert.True(await former.IsStandbyAsync());
        var postmaster = heir.Postmaster;
        var rejoined = await DataAsync();
        await proxy.StopAsync();
        var said = heir.Process.Log.Length;
        heir.Process.Start();
        await Eventually.BeTrueAsync(
            () => heir.Process.Log[said..].Contains("keeper uid", StringComparison.Ordinal), Soon, "our keeper starts");
        await keeper.StopAsync();
        await Cluster.HealAsync();
        AssertSameInstances(rejoined, await DataAsync());
        Assert.Equal(heir, await Cluster.PrimaryAsync());
        Assert.Equal(postmaster, heir.Postmaster);
        Assert.Empty(tap.Problems);
        Assert.True(tap.Documents["keepers"] > 10);
    }

    private async Task AddForeignMembersAsync()
    {
        await Eventually.BeTrueAsync(
            async () =>
            {
                var key = TestCluster.BasePath + "/clusterdata";
                var (value, revision) = (await Cluster.Etcd.Json.GetVersionAsync(key))!.Value;
                var document = JsonNode.Parse(value)!.AsObject();
                ForeignMembersAdded.To(document);
                return await Cluster.Etcd.Json.SwapAsync(key, document.ToJsonString(), revision);
            },
            Soon,
            "a later version's members are added");
        var changed = (string)(await DataAsync())["changeTime"]!;
        await Eventually.BeTrueAsync(
            async () => (string)(await DataAsync())["changeTime"]! != changed, Soon, "our sentinel writes after that");
    }

    private static void AssertForeignMembers(bool kept, JsonNode data) => Assert.All(
        [
            data, data["cluster"]!, data["cluster"]!["spec"]!, data["cluster"]!["status"]!, data["proxy"]!["spec"]!,
            data["keepers"]!["keeper1"]!["status"]!, data["dbs"]!.AsObject().First().Value!["spec"]!,
        ],
        node => Assert.Equal(
            kept, node.AsObject().Any(member => member.Key.StartsWith("later", StringComparison.Ordinal))));

    private async Task<JsonNode> DataAsync() =>
        JsonNode.Parse((await Cluster.Etcd.Json.GetAsync(TestCluster.BasePath + "/clusterdata"))!)!;

    /// <summary>Nothing was decided: same instances, same orders to keepers and proxies, by generation.</summary>
    private static void AssertSame(JsonNode before, JsonNode after)
    {
        AssertSameInstances(before, after);
        Assert.Equal((long)before["proxy"]!["generation"]!, (long)after["proxy"]!["generation"]!);
        Assert.Equal(Target(before), Target(after));
        Assert.Equal(
            (string)before["cluster"]!["changeTime"]!, (string)after["cluster"]!["changeTime"]!);
    }

    private static void AssertSameInstances(JsonNode before, JsonNode after) => Assert.Equal(
        before["dbs"]!.AsObject().Select(db => (db.Key, (long)db.Value!["generation"]!)),
        after["dbs"]!.AsObject().Select(db => (db.Key, (long)db.Value!["generation"]!)));

    private static Task<string?> DestinationAsync(GoProxy proxy) => Task.FromResult(proxy.Destination);

    private static string? Db(JsonNode data, Keeper keeper) => data["dbs"]!.AsObject()
        .Where(db => (string)db.Value!["spec"]!["keeperUID"]! == keeper.Uid).Select(db => db.Key).SingleOrDefault();

    private static string Role(JsonNode data, Keeper keeper) =>
        (string)data["dbs"]![Db(data, keeper)!]!["spec"]!["role"]!;

    private static string Boot(JsonNode data, Keeper keeper) =>
        (string)data["keepers"]![keeper.Uid]!["status"]!["bootUUID"]!;

    private static string Target(JsonNode data) => (string?)data["proxy"]!["spec"]!["masterDbUid"] ?? "";
}
